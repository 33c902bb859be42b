"""The words that the corpus is written in: a few hundred of either language by hand, then a long tail made of parts.

They are drawn by Zipf's law, so that a search finds frequent and rare ones as in life. Chinese words of two characters
share their characters, so that their bigrams meet inside others, too.
"""

import itertools
import random
from functools import cache


def _words(text: str) -> list[str]:
    return text.split()


# In the order of their frequency. The first ones say as little as the commonest words of any text.
ENGLISH = _words(
    "the of and to in is that it for on are with as you this be have not what how can my from do server page time "
    "problem list reply topic query user file change work error update question answer test version index cache "
    "database request number first last slow quick small large new old free light table window morning evening "
    "garden kitchen bread coffee water river bridge train ticket camera lens paper ink book letter word language "
    "grammar sound music guitar piano song voice radio engine wheel bicycle road map mountain forest winter summer "
    "storm rain cloud wind harbour boat island market price money budget plan project team meeting report mistake "
    "memory screen keyboard cable battery solar panel roof wall paint wood iron copper glass plastic thread needle "
    "fabric colour shadow picture museum history science physics number theory proof lemma vector matrix curve "
    "angle circle signal filter sensor motor valve pump heater kettle oven recipe flour yeast butter pepper garlic "
    "tomato orchard apple pear cherry bee honey seed soil compost weather station almanac calendar clock pendulum "
    "lantern candle mirror ladder hammer chisel plane bench vice drill socket fuse switch resistor antenna receiver "
    "protocol packet router tunnel firewall certificate password session token cursor migration transaction rollback "
    "replica snapshot backup restore journal kernel scheduler thread process signal pipe buffer stream parser lexer "
    "compiler linker library module package release branch merge commit review patch benchmark profile latency"
)
CHINESE = _words(
    "我们 可以 问题 使用 一个 这个 没有 时间 服务 数据 页面 论坛 回复 主题 用户 系统 软件 版本 方法 需要 更新 测试 "
    "错误 配置 连接 查询 索引 缓存 内存 文件 网络 程序 代码 函数 变量 语言 文字 搜索 结果 速度 性能 安全 密码 登录 "
    "会话 权限 管理 编辑 删除 恢复 备份 迁移 接口 文档 请求 响应 分页 游标 标签 分类 成员 消息 通知 邮件 图片 附件 "
    "早上 晚上 天气 春天 夏天 秋天 冬天 下雨 刮风 山路 河流 桥梁 火车 车票 地图 旅行 相机 镜头 照片 纸张 书本 信件 "
    "音乐 歌曲 吉他 钢琴 声音 电台 发动 车轮 骑车 道路 森林 暴雨 云彩 港口 小船 岛屿 市场 价格 预算 计划 项目 团队 "
    "会议 报告 屏幕 键盘 电缆 电池 太阳 屋顶 墙壁 油漆 木头 钢铁 玻璃 塑料 布料 颜色 影子 博物 历史 科学 物理 数学 "
    "证明 向量 矩阵 曲线 角度 信号 滤波 传感 电机 阀门 水泵 烤箱 菜谱 面粉 酵母 黄油 胡椒 大蒜 番茄 果园 苹果 樱桃 "
    "蜜蜂 种子 土壤 堆肥 日历 时钟 灯笼 蜡烛 镜子 梯子 锤子 电钻 插座 开关 电阻 天线 协议 路由 隧道 证书 令牌 事务 "
    "回滚 副本 快照 日志 内核 进程 线程 管道 解析 编译 链接 模块 发布 分支 合并 提交 审查 补丁 基准 延迟 量子 茶叶"
)
CHARACTERS = (
    "天地山水风云雨雪日月星光春秋冬夏东南西北中外上下左右前后大小多少长短高低新旧好坏红黄蓝绿白黑青紫"
    "花草树木鸟鱼虫马牛羊金银铜铁石玉土火灯烛书画琴棋诗词歌舞笔墨纸砚门窗桌椅车船路桥城乡村镇市场店铺"
)
PARTICLES = ("的", "了", "在", "和", "也", "就", "还", "把", "被", "让")
# Words that stand together, for searches of a phrase.
ENGLISH_PHRASES = (
    "slow query plan",
    "first light bulb",
    "cold start time",
    "shared memory segment",
    "winter garden path",
)
CHINESE_PHRASES = ("连接超时", "数据库索引", "春天的果园", "缓存失效", "深夜火车站")
SYLLABLES = ("ba", "cor", "den", "fi", "gal", "hum", "jo", "kel", "lun", "mar", "nov", "pes", "quin", "rol", "sat",
             "tor", "ul", "vex", "wim", "zan")  # fmt: skip
TAIL = 8_000
# Zipf-Mandelbrot: a word of rank r is drawn in proportion to 1 / (r + FLATTENED).
FLATTENED = 2.7


class Words:
    """Words with their frequencies."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self._sums = list(itertools.accumulate(1 / (rank + FLATTENED) for rank in range(1, len(words) + 1)))

    def draw(self, dice: random.Random, n: int) -> list[str]:
        """So many words, one independent of the other."""
        return dice.choices(self.words, cum_weights=self._sums, k=n)

    def of_rank(self, rank: int) -> str:
        """The word of a rank, the commonest being 1."""
        return self.words[rank - 1]


@cache
def english() -> Words:
    """English words, then words that only look so."""
    made = ["".join(parts) for n in (2, 3) for parts in itertools.product(SYLLABLES, repeat=n)]
    return Words(_with_tail(ENGLISH, made))


@cache
def chinese() -> Words:
    """Words of two characters."""
    return Words(
        _with_tail(CHINESE, [first + second for first, second in itertools.permutations(CHARACTERS, 2)])
    )


def _with_tail(known: list[str], made: list[str]) -> list[str]:
    words = list(dict.fromkeys(known))
    tail = sorted(set(made) - set(words))
    random.Random("the same tail for everybody").shuffle(tail)
    return words + tail[:TAIL]
