"""What all lists share: columns that one can choose, kept filters, export."""
