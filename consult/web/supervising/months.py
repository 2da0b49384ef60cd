"""月清月结: how far the cases of a month are settled, unit by unit."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.services.supervising import months as month_board
from consult.services.supervising import naming, places
from consult.services.supervising.months import MonthRow
from consult.services.supervising.numbers import Figures
from consult.services.supervising.scopes import By
from consult.web import current
from consult.web.charts import Chart, Series, columns
from consult.web.figure_choice import Choice, choice, this_month
from consult.web.figures import short
from consult.web.supervising.blueprint import bp

SHOWN = 12


@bp.get("/months")
def months() -> ResponseReturnValue:
    """What of a month is answered and closed, and what is left over from those before."""
    place = places.chosen(current.somebody(), request.args.get("place", ""))
    month = request.args.get("month", "")
    month = min(month, this_month()) if month_board.is_month(month) else this_month()
    chosen = replace(choice(place, default=By.UNIT), first=month, last=month, by=By.UNIT)
    session, now, scope = current.session(), current.now(), chosen.scope()
    board = month_board.board(session, scope, month=month, now=now)
    rows = board.rows
    keys = sorted(rows, key=lambda key: (rows[key].is_clear, -_left(rows[key]), key))
    return render_template(
        "supervising/months.html",
        place=place,
        places=places.of(current.somebody()),
        month=month,
        choice=chosen,
        rows={key: rows[key] for key in keys},
        names=naming.things(session, By.UNIT, keys),
        whole=board.whole,
        chart=_chart(chosen, month),
        left_over=(month_board.earlier(month, month_board.MOST), month_board.earlier(month, 1)),
    )


def _left(row: MonthRow) -> int:
    return row.open + row.left_over


def _chart(chosen: Choice, month: str) -> Chart:
    """What of each month is answered and what waits, up to the month in hand."""
    found = month_board.run_of_months(
        current.session(), chosen.scope(), last=month, count=SHOWN, now=current.now()
    )
    waiting = [row.accepted - row.replied for row in found.values()]
    shown = list(found)
    return columns(
        _("Answered and waiting, by month of arrival"),
        [short(one, shown) for one in shown],
        [
            Series(
                _("With an answer"),
                [row.replied for row in found.values()],
                1,
                _rows(chosen, found, "replied"),
            ),
            Series(_("Waiting for an answer"), waiting, 4, _rows(chosen, found, "open")),
        ],
    )


def _rows(chosen: Choice, found: Mapping[str, Figures], measure: str) -> list[str]:
    def address(**more: Any) -> str:
        return url_for("supervising.rows", **chosen.args(measure=measure, **more))

    return [address(first=month, last=month) for month in found]
