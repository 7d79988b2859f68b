"""The lists of what each user, group and data product can read: a partition of the readers' table for each name.

They help to find documents, and decide nothing: a document's row alone says who may read it. Each list exists twice: by
the documents' keys, and by when they were uploaded. A document stands in a list of uploads at the time that its row
has. Entries that Docent 0.1 wrote have no time, and stand in the lists by key only.
"""

# Of the partition that has the list of a name by upload.
_BY_UPLOAD = "by-upload "


def uploads_of(name: str) -> str:
    """The partition with the list by upload of a name such as `user:mary@example.com`."""
    return _BY_UPLOAD + name


def upload_place(uploaded_at: str, document_id: str) -> str:
    """Where a document stands in the lists by upload. Documents of the same moment stand in the order of their ids."""
    return f"{uploaded_at} {document_id}"
