"""The doctor: whether an installation is set up as it should be, with plain advice."""
