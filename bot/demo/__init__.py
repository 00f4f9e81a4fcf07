"""Sample reports and a small local publisher, so that the main job runs anywhere."""
