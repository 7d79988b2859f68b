"""What can be wrong with data products and requests for them."""

from docent.errors.base import PermanentError


class ProductExistsError(PermanentError):
    meaning = "there is a data product with this id already"
    remedy = "Choose another id."
    status, title = 409, "The id is taken"


class ProductChangedError(PermanentError):
    meaning = "somebody else has changed the data product meanwhile"
    remedy = "Look at it again, then repeat the change."
    status, title = 409, "The data product has changed"


class ForbiddenByPolicyError(PermanentError):
    meaning = "no policy allows this, or one forbids it"
    remedy = "Run `docent access explain`, or ask the owner of the data product or a steward."
    status, title = 403, "The policies do not allow it"


class SettledRequestError(PermanentError):
    meaning = "the request for access was decided already, has expired, or its grant has ended"
    remedy = "Look at its status, and make another request if access is still needed."
    status, title = 409, "The request is settled"


class RequestExistsError(PermanentError):
    meaning = "the same user or group has an open request for this data product"
    remedy = "Wait until it is decided."
    status, title = 409, "There is an open request"


class FailedGrantError(PermanentError):
    meaning = "a grant was written and could not be read back"
    remedy = "Run `docent access verify --repair`, then make the request again."
    recorded = True


class DifferingAccessError(PermanentError):
    meaning = "requests, grants, DataZone and what questions find do not agree; the daily check has found it"
    remedy = "Run `docent access verify`, then `docent access verify --repair`."
