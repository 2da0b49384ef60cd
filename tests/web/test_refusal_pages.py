"""What the page of a refusal advises fits what was asked."""

UNCHANGED = "您已填写的内容没有改动"


def test_who_only_looked_is_not_told_of_what_was_typed(pages):
    assert UNCHANGED not in pages.speak("zh-CN").get("/nowhere", status=404)


def test_who_sent_something_is_told_that_it_stands(pages):
    assert UNCHANGED in pages.speak("zh-CN").post("/nowhere", status=404, title="请修路灯")
