"""Running the house: PostgreSQL from a wheel, migrations, the supervisor, the doctor and the bench."""
