"""Clock and calendar, seeded streams, actors, and the engine that runs them."""
