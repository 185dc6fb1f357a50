from django.apps import AppConfig


class PlantsConfig(AppConfig):
    name = "fernkladde.plants"
    label = "plants"

    def ready(self) -> None:
        from .searched import register_kinds  # noqa: PLC0415 - apps first
        from .sentences import register_sentences  # noqa: PLC0415 - apps first

        register_sentences()
        register_kinds()
