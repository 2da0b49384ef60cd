"""Passwords of ten characters or more that everybody tries first."""

COMMON = frozenset(
    """
    0000000000 0123456789 0987654321 1029384756 1111111111 1122334455 1123581321 1212121212
    1234509876 123456789a 123456789q 1234567890 1234567891 12345678910 123456789123 123123123123
    1234512345 123qweasdzxc 123qwe123qwe 1314520520 1314521314 147258369a 1q2w3e4r5t 1q2w3e4r5t6y
    1qaz2wsx3edc 1qazxsw23edc 2222222222 3.1415926 3.14159265 31415926535 5201314520 5201314521
    520520520520 5845201314 6666666666 7777777777 8888888888 9876543210 9999999999 a123456789
    a1234567890 aa123456789 aaaaaaaaaa abc1234567 abc123456789 abcd123456 abcd1234567 abcde12345
    abcdefghij administrator asdfghjkl; asdfghjkl1 asdfghjkl123 baseball123 football123
    helloworld helloworld1 iloveyou12 iloveyou123 iloveyou520 letmein1234 liverpool1 password01
    password10 password11 password12 password123 password1234 passw0rd123 p@ssw0rd12 p@ssw0rd123
    p@ssword123 princess123 q1w2e3r4t5 q1w2e3r4t5y6 qazwsx1234 qazwsxedc1 qazwsxedcrfv qq123456789
    qwe123456789 qwer123456 qwer1234567 qwerty1234 qwerty12345 qwerty123456 qwertyuiop
    qwertyuiop1 qwertyuiop123 superman123 welcome123 woaini1314 woaini1314520 woaini520 woaini5201314
    woaiwojia1 w123456789 wang123456 wangyut2 xiaoming123 z123456789 zhang123456 zhangsan123
    zxcvbnm123 zxcvbnm123456 zxcvbnmasd qwertyasdf changeme123 admin12345 admin123456 test123456
    beijing2008 beijing2022 shanghai123 zhongguo123 china123456 jisi123456 jisi1234567
    """.split()  # noqa: SIM905 - a hundred quotation marks say nothing
)


def is_common(password: str) -> bool:
    """Say whether ``password`` is among them, or one or two characters over and over."""
    plain = password.casefold()
    return plain in COMMON or len(set(plain)) <= 2  # noqa: PLR2004 - "one or two" above
