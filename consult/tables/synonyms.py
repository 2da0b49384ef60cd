"""The names under which the fields of a suggestion are found in the files of others."""

#: Of two columns that fit one field, the earlier word wins. The name of the field fits too.
SUGGESTION_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": (
        *("编号", "留言编号", "建议编号", "意见编号", "序号"),
        *("number", "no", "external id", "message id"),
    ),
    "title": (
        *("标题", "留言标题", "主题", "留言主题", "建议标题", "意见标题"),
        *("subject", "headline"),
    ),
    "body": (
        *("内容", "正文", "留言内容", "留言详情", "详情"),
        *("建议内容", "意见内容", "意见建议", "意见"),
        *("text", "content", "message", "comment", "description", "details"),
    ),
    "facts": ("主要事由", "事由", "事实与理由", "理由", "background", "reason"),
    "proposal": ("对策建议", "建议", "修改建议", "具体建议", "suggestion", "request"),
    "time": (
        *("时间", "留言时间", "提交时间", "提出时间", "发布时间", "创建时间", "日期"),
        *("date", "datetime", "created", "created at", "submitted", "submitted at", "timestamp"),
    ),
    "user": (
        *("用户", "留言用户", "用户编号", "用户名", "提出人", "留言人", "网友", "昵称", "作者"),
        *("author", "user id", "username", "person", "submitter"),
    ),
    "name": ("姓名", "真实姓名", "联系人", "real name", "full name"),
    "phone": ("电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "mobile", "telephone"),
    "email": ("邮箱", "电子邮箱", "电子邮件", "邮件", "mail", "e-mail address"),
    "place": ("地点", "地址", "所在地", "发生地", "location", "address"),
    "kind": ("类型", "留言类型", "诉求类型", "type"),
    "domain": ("领域", "类别", "分类", "一级标签", "label", "category"),
    "clause": ("条款", "所涉条款", "涉及条款", "章节条款", "article", "section"),
    "up": ("点赞数", "点赞", "赞同数", "附议数", "支持数", "likes", "supports", "upvotes"),
    "down": ("反对数", "反对", "dislikes", "downvotes"),
    "reply": ("答复意见", "答复", "答复内容", "回复", "回复内容", "answer", "response"),
    "reply_time": ("答复时间", "回复时间", "rtime", "reply date", "answered at"),
}
