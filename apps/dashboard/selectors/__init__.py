"""What dashboards read: figures that were computed before."""
