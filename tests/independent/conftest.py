"""The first example may compile a kernel, and a rival in 50 digits is slow: no deadline for a single example."""

from hypothesis import settings

settings.register_profile(
    "rivals", parent=settings.get_profile(settings.get_current_profile_name()), deadline=None
)
settings.load_profile("rivals")
