from hypothesis import HealthCheck, settings

# The first example of a property may load a dictionary; how long that takes says something about the machine only.
settings.register_profile("text", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("text")
