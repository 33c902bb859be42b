"""The little community that a new forum shows on its first start, in both of its languages."""

from dataclasses import dataclass

PEOPLE = {
    "maren": "Maren Oduya",
    "linxi": "林溪",
    "ilya": "Ilya Rask",
    "苏远": "苏远",
    "hana": "Hana Brandt",
    "guBai": "顾白",
}


@dataclass(frozen=True)
class Place:
    """A category: slug, name, description, language, colour."""

    slug: str
    name: str
    description: str
    lang: str
    color: int


@dataclass(frozen=True)
class Talk:
    """A topic: who opens it where, and who answers what. Hours are how long before now; `answer` is a number."""

    category: str
    author: str
    hours: float
    title: str
    tags: tuple[str, ...]
    body: str
    replies: tuple[tuple[str, float, str, int | None], ...] = ()
    answer: int | None = None
    pinned: bool = False


PLACES = (
    Place("announcements", "Announcements", "News about this forum.", "en", 8),
    Place("infrastructure", "Infrastructure", "Servers, databases, networks.", "en", 1),
    Place("programming", "Programming", "Languages, libraries, habits.", "en", 2),
    Place("type", "字体与排版", "文字怎样排得好看、读得舒服。", "zh-Hans", 4),
    Place("reading", "读书", "最近在读什么，读到了什么。", "zh-Hans", 6),
    Place("meta", "Meta 站务", "关于论坛本身。About the forum itself.", "zh-Hans", 5),
)

TALKS = (
    Talk(
        "announcements",
        "maren",
        400,
        "Read this first: how we talk here · 发帖之前",
        ("welcome",),
        "Welcome. This is a demonstration: everything you see here can be edited or deleted.\n\n"
        "- Say what you tried, and what happened instead.\n"
        "- Answer the question first, then improve it.\n"
        "- Write in whichever language you think in.\n\n"
        "欢迎。这里的内容都是演示，可以随意修改或删除。**先说你试过什么，**再说结果如何；用你习惯的语言写就好。",
        (("linxi", 390, "中文和英文都能搜索，试试在搜索框里输入「量子」或 `quantum`。", None),),
        pinned=True,
    ),
    Talk(
        "infrastructure",
        "maren",
        72,
        "Keyset pagination slows down around page 400, with the index in use",
        ("postgres", "pagination"),
        "I page through about 1.2 million posts with a keyset cursor. The first hundred pages answer in 3 ms. "
        "Somewhere near page 400 the same query takes 90 ms and stays there.\n\n"
        "```sql\nSELECT p.id, p.topic_id, p.created_at\nFROM   posts AS p\nJOIN   topics AS t ON t.id = p.topic_id\n"
        "WHERE  t.category_id = ANY(:visible)\n  AND  (p.created_at, p.id) < (:at, :id)  -- the cursor\n"
        "ORDER BY p.created_at DESC, p.id DESC\nLIMIT  30;\n```\n\n"
        "| Page | Rows read | Median |\n|---:|---:|---:|\n| 1 | 41 | 2.9 ms |\n| 100 | 44 | 3.1 ms |\n"
        "| 400 | 9,118 | 88.4 ms |\n\n"
        "> “The index is used” and “the index is enough” are two different sentences.\n\n"
        "I suspect the sentence applies to me, but I cannot see where.",
        (
            (
                "ilya",
                70,
                "Which categories are in `:visible`? If one large category is not, the walk reads it all and throws it away.",
                None,
            ),
            (
                "maren",
                69,
                "Four of nine. The one that is missing holds the imported archive: 800,000 posts.",
                1,
            ),
            (
                "苏远",
                66,
                (
                    "那就是它了。按类别分别走各自的索引，再合并：\n\n```sql\nSELECT w.* FROM unnest(:visible) AS c(id)\n"
                    "CROSS JOIN LATERAL (\n  SELECT * FROM posts WHERE category_id = c.id\n  ORDER BY created_at DESC, id DESC LIMIT 30\n) w\n"
                    "ORDER BY w.created_at DESC, w.id DESC LIMIT 30;\n```\n\n每个类别最多读 30 行，和页码无关。"
                ),
                2,
            ),
            ("maren", 65, "3.2 ms on page 400. Thank you, @苏远!", 3),
        ),
        answer=3,
    ),
    Talk(
        "programming",
        "苏远",
        30,
        "用 Go 重写内部工单系统：一年之后的复盘",
        ("go", "复盘"),
        "迁移花了四个月，真正值得的只有两件事：把队列换成数据库里的一张表，以及删掉了「审批流引擎」。"
        "这篇写下每一个后悔的决定，和我们为什么没有用微服务。\n\n"
        "## 值得的\n\n1. 队列变成一张表，事务里写任务，丢不了。\n2. 删掉引擎，审批只是三个状态。\n\n"
        "## 后悔的\n\n- 一开始就写了自己的 ORM。\n- 日志没有请求编号，查一次故障要两个小时。",
        (
            ("linxi", 28, "「队列变成一张表」这一条我也深有体会。你们怎么处理执行到一半就挂掉的任务？", None),
            ("苏远", 27, "心跳，加上任务本身可以重复执行。**幂等，**比什么都重要。", 1),
            ("hana", 20, "Did the table ever become the bottleneck?", 1),
            ("苏远", 19, "Not so far: about 300 jobs a second at peak, with `for update skip locked`.", 3),
        ),
    ),
    Talk(
        "type",
        "guBai",
        26,
        "中英混排时，空格应该由谁来加？",
        ("中文排版", "css"),
        "以前的习惯是手动在中英文之间敲空格，现在浏览器有了 `text-autospace`。"
        "我的看法：**作者不该管，**排版引擎应该管；复制出来的文字也不应该多出空格。\n\n你们的编辑器里是怎么做的？",
        (
            (
                "hana",
                25,
                "In mixed titles I leave it to the browser and check four of them once a year.",
                None,
            ),
            (
                "linxi",
                8,
                "同意。手敲的空格在搜索里也是麻烦：搜「排版CSS」和「排版 CSS」应该得到一样的结果。",
                None,
            ),
        ),
    ),
    Talk(
        "reading",
        "linxi",
        50,
        "读书会：量子计算入门，第一章 qubit 与叠加态",
        ("量子", "读书会"),
        "这个月读一本讲量子计算的小书。第一章只有二十页：量子比特、叠加、测量。\n\n"
        "问题先放在这里：**叠加态**和「不知道是 0 还是 1」到底差在哪里？",
        (
            (
                "ilya",
                48,
                "Interference. A quantum superposition has amplitudes that can cancel; ignorance has only probabilities, which never do.",
                None,
            ),
            ("guBai", 40, "举个例子：过两次 Hadamard 门会回到原来的状态，抛两次硬币不会。", 1),
        ),
        answer=2,
    ),
    Talk(
        "infrastructure",
        "ilya",
        12,
        "SQLite in production for two years: numbers, incidents, regrets",
        ("sqlite", "self-hosting"),
        "One writer, forty readers, 11 GB. Two incidents in two years, both mine.\n\n"
        "- `busy_timeout` was zero on one code path. Of course it was the backup.\n"
        "- A network file system. We do not talk about it.\n\nAsk me anything.",
        (("maren", 11, "What would make you move to a server?", None), ("ilya", 10.5, "A second writer.", 1)),
    ),
    Talk(
        "infrastructure",
        "guBai",
        18,
        "三个人的小团队，有必要上 Kubernetes 吗？",
        ("self-hosting",),
        "现在是两台机器、一个 `docker compose`，一年里出过两次故障，每次十分钟。\n\n"
        "有人说趁早迁移，以后省事。我的疑问：**“以后”**到底什么时候来？",
        (
            (
                "ilya",
                17,
                "When the third machine comes, and not before. Until then the compose file is the documentation.",
                None,
            ),
            ("苏远", 15, "先把备份演练做了。能在空机器上一小时恢复，再谈别的。", None),
            ("guBai", 14, "演练过了：四十分钟，其中三十分钟在等下载。那就不折腾了，谢谢两位。", 2),
        ),
        answer=2,
    ),
    Talk(
        "programming",
        "ilya",
        44,
        "rsync over a failing 4G link: resumable, verified, boring",
        ("backup", "shell"),
        "The link drops every few minutes. What survived a winter:\n\n"
        "```sh\nuntil rsync --archive --partial-dir=.partial --timeout=30 data/ far:data/; do\n  sleep 20\ndone\n```\n\n"
        "Then `--checksum` once a week, at night. Nothing clever, and it has not lost a file yet.",
        (
            ("hana", 43, "`--partial-dir` is the part everybody forgets. Do you prune it?", None),
            ("ilya", 42, "It prunes itself: a finished file moves out.", 1),
        ),
    ),
    Talk(
        "reading",
        "hana",
        60,
        "A small shelf on typography, for people who write software",
        ("books",),
        "Three that changed how I build pages, in the order I would read them again:\n\n"
        "1. One on *detail*: spacing, marks, lines.\n2. One on *grids*, for tables above all.\n"
        "3. One on Chinese typesetting, read slowly with a dictionary.\n\nWhat is on yours?",
        (
            ("guBai", 58, "第三本我也在读。印象最深的一句：标点不是装饰，是呼吸。", None),
            ("linxi", 57, "再加一本讲表格的。大多数后台页面其实就是一张表，而多数表不好读。", None),
            ("maren", 55, "Seconded. Right-aligned figures alone would fix half of them.", 2),
        ),
    ),
    Talk(
        "type",
        "linxi",
        80,
        "把十二万字的小说排成 EPUB：中文排版的几个细节",
        ("epub", "中文排版"),
        "记录几个踩过的坑：\n\n- 段首空两格用 `text-indent: 2em`，不要用全角空格。\n"
        "- 破折号和省略号各占两格，不能拆到两行。\n- 引号用「」还是“”，全书统一就好。\n- 阅读器的字体各不相同，不要写死行高。",
        (
            ("guBai", 78, "补充：注音用 `ruby`，但要在三种阅读器上看过再决定。", None),
            ("苏远", 76, "省略号那条请教一下，是用 `white-space` 还是字体自己处理？", None),
            ("linxi", 75, "交给 `line-break: strict`，旧阅读器里就认了。", 2),
        ),
        answer=3,
    ),
    Talk(
        "meta",
        "苏远",
        96,
        "Search by author, by tag, in titles only: what works today",
        ("search", "tips"),
        "A short list, because I keep forgetting it:\n\n"
        "| Write | Find |\n| --- | --- |\n| `author:linxi 排版` | what one member wrote |\n"
        "| `tag:postgres` | topics with a tag |\n| `in:title sqlite` | only in titles |\n"
        '| `"the index is used"` | the very words |\n| `is:answered 量子` | only what has an answer |',
        (("hana", 95, "And `-word` leaves out what has it. Press `/` anywhere to begin.", None),),
    ),
    Talk(
        "programming",
        "linxi",
        120,
        "为什么我不再用在线笔记写技术文档",
        ("写作", "文档"),
        "文档和代码放在一起之后，改代码的人顺手就改了文档；评审的时候也一起看。\n\n"
        "在线笔记的好处是随手，坏处也是随手：三个月之后没有人敢删。",
        (
            ("ilya", 118, "Ours became true the day a test began to run the commands in it.", None),
            ("maren", 110, "How do you keep decisions? A file per decision, or one long page?", None),
            ("linxi", 109, "一件事一页，写清楚「当时为什么」。结论会过时，理由不会。", 2),
        ),
    ),
    Talk(
        "programming",
        "hana",
        5,
        "How do you keep a changelog that people actually read?",
        ("writing",),
        "Ours is complete, correct and ignored. What made yours worth opening?",
        (("guBai", 4, "每一条只写一件事，并且写清楚「你现在要做什么」。没有要做的，就不写进去。", None),),
    ),
    Talk(
        "meta",
        "linxi",
        2,
        "想要一个「只看楼主」的按钮",
        ("feature",),
        "长主题里常常只想看楼主的补充。可以有一个开关吗？",
        (),
    ),
)
