from probes.gradients import gradients

__all__ = ["gradients"]
