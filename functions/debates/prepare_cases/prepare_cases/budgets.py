"""What a run can cost at most, held against its budget before anything is spent."""

from debating.plans import Usage
from docent.errors.summaries import OverBudgetError
from docent.prices import price_of


def dollars_of(usage: Usage) -> float | None:
    """None if the price of one of the models is not known."""
    prices = [price_of(model, usage.input_tokens[model], usage.output_tokens[model]) for model in usage.calls]
    known = [price for price in prices if price is not None]
    return round(sum(known), 4) if len(known) == len(prices) else None


def check_budget(most: float | None, budget: float | None) -> None:
    """Raises OverBudgetError if the run can cost more than its budget, or if that is not known."""
    if budget is None:
        return
    if most is None:
        raise OverBudgetError(f"The price of a model is not known, so the budget of ${budget:,.2f} cannot be kept.")
    if most > budget:
        raise OverBudgetError(f"The run can cost up to ${most:,.2f}, over its budget of ${budget:,.2f}.")
