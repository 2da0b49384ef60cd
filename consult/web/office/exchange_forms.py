"""The forms of import and export."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField

from consult.web.forms import Form

#: The fields of a suggestion that a column can fill, and what they hold.
FIELDS = {
    "id": (_l("Number"), _l("Knows a row again, so that nothing comes in twice")),
    "title": (_l("Title"), ""),
    "body": (_l("Whole text"), _l("Where facts and proposal are not apart")),
    "facts": (_l("Facts"), ""),
    "proposal": (_l("Proposal"), ""),
    "user": (_l("Sender"), _l("A mark that is the same for the same person")),
    "time": (_l("Time"), ""),
    "place": (_l("Place"), ""),
    "kind": (_l("Kind"), ""),
    "clause": (_l("Clause"), _l("As it is called in the draft, such as 第三条")),
}


class UploadForm(Form):
    """A table."""

    file = FileField(
        _l("Table with suggestions"),
        description=_l(
            "CSV, XLSX or JSON Lines; the first row names the columns. UTF-8 and GBK are recognised."
        ),
        validators=[FileRequired(_l("Choose a file."))],
    )


class ColumnsForm(Form):
    """Which column is what stands in selects of their own; this is the rest."""

    token = HiddenField()
    publish_text = BooleanField(
        _l("The authors agreed that their texts be shown to the public"),
        description=_l(
            "Without this the texts count and are grouped, but only staff read them. "
            "Personal data in them is masked either way."
        ),
    )


class ExportForm(Form):
    """In which format, and whose words."""

    format = RadioField(
        _l("Format"),
        choices=[
            ("csv", "CSV"),
            ("xlsx", _l("Excel (XLSX)")),
            ("json", "JSON"),
            ("jsonl", "JSON Lines"),
            ("parquet", "Parquet"),
        ],
        default="csv",
    )
    original = BooleanField(
        _l("The authors' own words, with personal data unmasked"),
        description=_l("The ledger says who took them. Contact data is never exported."),
    )
