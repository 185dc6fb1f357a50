"""What work costs at this moment: the meter, the price sentence, a case's sums.

The same facts and the same engine as the month end; nothing is written.
"""

from .account import CaseAccount, SessionAccount, case_account
from .gifts import GivenAway, given_away
from .meter import meter_of, price_notice

__all__ = [
    "CaseAccount",
    "GivenAway",
    "SessionAccount",
    "case_account",
    "given_away",
    "meter_of",
    "price_notice",
]
