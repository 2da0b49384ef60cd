"""Words and forms that the checker of replies looks for; Chinese first, English beside it."""

import re

_OFFICE = (
    r"(?:部门|单位|机关|科室|股室|局|委|办|处|所|站|中心|公司|政府|街道|社区|学校|[省市区县镇乡村])"
)
#: Sentences that answer nobody in particular: sent to the office in charge, passed on, will be seen to.
STOCK = re.compile(
    rf"请?(?:您|你)?(?:直接)?(?:向|到|咨询|联系)(?:有关|相关)(?:部门|单位)[^。；]{{0,10}}"
    rf"|(?:已|现已|并|将会?|我们|我办|我局)[^。；，]{{0,16}}(?:转(?!让|变|型|换|弯|移|业|学|为|发)|移送|交办|交由|派单)[给至到送由交办]{{0,2}}"
    rf"[^。；，]{{0,24}}?{_OFFICE}[^。；，]{{0,24}}"
    rf"|(?:已|会|我们)(?:将|把)[^。；，]{{0,14}}(?:上报|反馈)[给至到]?[^。；，]{{0,12}}{_OFFICE}[^。；，]{{0,12}}"
    r"|已(?:经)?(?:转|转交|转至|转办|交由|交办)[^。；]{0,30}?(?:核实|调查|核处|办理|处理|办复|阅处|研究|处置)"
    r"|已转阅|已转办|待[^。；，]{0,12}(?:核实|清楚|回复|处理)[^。；，]{0,6}后[^。；，]{0,8}(?:回复|答复|反馈)"
    r"|(?:将|会)(?:及时|尽快|第一时间)[^。；，]{0,10}(?:回复|反馈|答复|回应|公布)"
    r"|(?:将|会)?(?:尽快|及时|认真|进一步|积极)(?:处理|核实|研究|办理|解决|落实|考虑|推进|研判|论证)(?:和论证)?"
    r"|(?:高度重视|正在(?:核实|处理|办理|研究|调查)(?:中|之中)?|敬请(?:谅解|期待)|请(?:您|你)?(?:耐心)?等(?:待|候))"
    r"|(?:已经?|已在?)(?:有|作)?(?:相关)?(?:回复|答复)[^。；，]{0,12}(?:链接|网址)"
    r"|(?:forwarded|passed on|referred|handed) to (?:the )?(?:relevant|competent|responsible|right) \w+"
    r"|(?:contact|ask) the (?:relevant|competent|responsible) \w+|as soon as possible"
    r"|in due (?:course|time)|will be (?:looked|seen) (?:into|to)|take (?:it|this) seriously",
    re.IGNORECASE,
)
#: A thing that was done, or will be, the ground on which it is not, or how one has to go about it.
MEASURE = re.compile(
    r"《[^》]{2,40}》|第[一二三四五六七八九十百\d]+条|责令|整改|拆除|维修|修复|安装|更换|清理|清运|清除|(?<!调)查处(?!理)|处罚|罚款"
    r"|立案|约谈|安排|组织|协调|召开|排查|检查|巡查|现场|经查|经核实|经调查|经了解|核实如下|属实|不属实|已(?:经)?(?:完成|启动|建成|修好|解决|停止|关停|取缔)"
    r"|纳入|列入|计划|规划|预计|开工|完工|竣工|施工|投入|拨付|发放|办结|退还|解决|标准|条件|材料|流程|登记|申请|办理时间"
    r"|根据|依据|按照|由于|因为|携带|凭|持[^。；]{0,12}(?:证|件)|身份证|户口本|可以?(?:在|到|凭|直接|通过|办理|申领|补办)|窗口|大厅"
    r"|不能|不可|不予|不符合|不需要?|无需|未满|须|必须|应当|属于|不属于|审批|批准|报批|上级通知|图纸|方案|万元|\d+元|\d+%|公里|平方"
    r"|要求|通知各|介入|调解|临时|更名|正在(?:进行)?[^。，]{0,10}(?:建设|施工|筹建|改造)|铺设|修缮|整治|宣传教育|优化"
    r"|得到[^。，]{0,8}(?:改善|解决|缓解)|(?:暂未|尚未|还没有|没有)[^。，]{2}|尚在|享受"
    r"|\d+(?:\.\d+)?\s*(?:秒|米|户|起|人|亩|辆|处|盏|次|个|名|家|套|元|％)"
    r"|inspect|repair|replac|install|clean|fine\b|regulation|article \d|plan\b|budget|because|according to",
    re.IGNORECASE,
)
WHEN = re.compile(
    r"\d{1,2}月(?:\d{1,2}日)?|\d{4}年|\d+\s*(?:个)?(?:工作日|天|日内|小时|周|个月)|年底|月底|上半年|下半年|季度"
    r"|(?:周|星期)[一二三四五六日]|今年|明年|本月|下月|近期|\b\d{1,2} (?:days|weeks|months)\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"\d{3,4}[-—－]{1,2}\d{4,}|(?<!\d)\d{7,11}(?!\d)|(?<!\d)1\d{4}(?!\d)|电话|热线|网址|网站|www\.|\btel\b|@",
    re.IGNORECASE,
)
#: What a template leaves for a person, such as ``【核查情况】`` or ``____``. With a number in it, it is
#: a document's.
BLANK = re.compile(r"【(?=[^【】\n]{0,40}】)[^【】\n\d]*】|_{3,}|\{[^{}\n]{1,20}\}")
