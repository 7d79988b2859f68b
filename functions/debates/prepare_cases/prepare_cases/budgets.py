"""What a run can cost at most, held against its budget before anything is spent."""

from docent.errors.summaries import OverBudgetError


def check_budget(most: float | None, budget: float | None) -> None:
    """Raises OverBudgetError if the run can cost more than its budget, or if that is not known."""
    if budget is None:
        return
    if most is None:
        raise OverBudgetError(f"The price of a model is not known, so the budget of ${budget:,.2f} cannot be kept.")
    if most > budget:
        raise OverBudgetError(f"The run can cost up to ${most:,.2f}, over its budget of ${budget:,.2f}.")
