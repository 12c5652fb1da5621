"""The learner process: stand-in, fork server, worker, protocol, limits, devices."""
