"""Values become tables, figures and pages."""
