"""What the moves do, and the rules by which formulas are rewritten before they run, in Japanese."""

from __future__ import annotations

MOVES: dict[str, str] = {
    "adds_up_to_one": "``member`` すなわち t[k] の最後の添字の和を 1 にする。前の係数は残る: Sum(c*t[k]) -> c",
    "apart": "和を項ごとの和に分け、添字によらないものを前に出す: Sum(a + c*x[m]) -> M*a + c*Sum(x[m])",
    "at": "記号に値を代入する。長さの決まった和は書き下す: at(ce, {yt: 1})",
    "average_over": "(1/M) Sum(term, (index, 0, M-1)): 0 から数える M 個の標本の平均",
    "chain_rule": "(dy/du)(du/dw)...: 連鎖律に沿った微分の積。共通の因数は約分する",
    "collect": "式を展開し、``quantity`` のべきの順に並べる。出てこなければ MoveError",
    "differentiate": "d expr / d variable。変数は記号、またはデータの要素 ``w[i]`` (和の中でもよい)",
    "expand_product": "両端が数である積を P[0] P[1] ... P[4] と書き下す。そうでなければ MoveError",
    "for_sample": "``yt``、``yp`` を ``yt[m]``、``yp[m]`` に替えた ce: 一つの標本のことを標本 m について述べる",
    "in_stable_names": "softplus、expit、lognormcdf、log1mexp にあたる部分をその名前で書き直す。対数を先にまとめる",
    "negate_and_average": "-expr/M: 最大が最小になり、標本の数によらなくなる",
    "one_expression": "yt*a + (1-yt)*b。``cases`` は yt = 1 のとき a、yt = 0 のとき b",
    "product_over": "Product(factor, (index, low, high))。``factor`` が ``index`` によらなければ MoveError",
    "solve_for_zero": "``expr`` の分子が ``variable`` の一次式であるとき、それが 0 になるただ一つの値",
    "substitute": "``old`` をすべて ``new`` に置き換える。``old`` の中の添字はどの添字にも当てはまる",
    "sum_over": "Sum(term, (index, low, high))。``term`` が ``index`` によらなければ MoveError",
    "take_log": "log(expr)。積、商、べきは分ける",
    "together": "一つの分数にまとめる: a/b + c/d -> (a d + b c)/(b d)。共通の因数は約分する",
    "without_constants": "``quantities`` のどれかを含む項だけを残す (和の中でも)。動かないものは最適な点を動かさない",
}
"""By the name of the move; code stands between two double backticks, as in a docstring."""

REWRITINGS: dict[str, str] = {
    "Bose": "ボース関数",
    "Cauchy distribution": "コーシー分布",
    "between the ends of the target": "正解値の両端の間で表す",
    "exponential times a share": "指数関数と割合の積",
    "growth of loggamma": "loggamma の増分",
    "log of a product": "積の対数",
    "log of nearly 1": "1 に近い数の対数",
    "log of the gamma function of a whole number": "整数でのガンマ関数の対数",
    "logistic density": "ロジスティック分布の密度",
    "normal density over distribution": "正規分布の密度と分布関数の比",
    "normal hazard": "正規分布のハザード",
    "surprisal": "自己情報量",
    "expit of the opposite": "符号を変えた expit",
    "complement of expit": "1 − expit",
    "expit and its complement": "expit と 1 − expit の和",
    "odds": "オッズ",
    "log of expit": "expit の対数",
    "softplus minus its argument": "softplus から引数を引く",
    "exponential of softplus": "softplus の指数関数",
    "exponential of log expit": "expit の対数の指数関数",
    "normal distribution of the opposite": "符号を変えた正規分布",
    "log1mexp of expm1": "expm1 の log1mexp",
    "normal distribution": "正規分布",
    "complement of the normal distribution": "1 − 正規分布",
    "log of the gamma function": "ガンマ関数の対数",
    "log of a factorial": "階乗の対数",
    "log of the normal distribution": "正規分布の対数",
    "log of the normal density": "正規分布の密度の対数",
    "log of the beta function": "ベータ関数の対数",
}
"""By the English name of the rule; one that is not here is called as it is in English."""
