"""What next year may need, from past years: arithmetic only, no database and no Django."""

from apps.budget.forecasting.damped import BackTested, Forecast, back_test, forecast

__all__ = ["BackTested", "Forecast", "back_test", "forecast"]
