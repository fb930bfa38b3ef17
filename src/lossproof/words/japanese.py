"""The sentences in Japanese."""

from __future__ import annotations

from lossproof.words.catalogue import Catalogue
from lossproof.words.codes import (
    Code,
    Duty,
    Mistake,
    Note,
    Notice,
    Relation,
    Remark,
    RuleName,
    Status,
    Trouble,
    Way,
)
from lossproof.words.japanese_rules import REASONS, RULES

WAYS: dict[Code, str] = {
    Way.RATIONAL_IDENTITY: "有理式の恒等式",
    Way.RATIONAL_IDENTITY_IN: "{kernels} についての有理式の恒等式",
    Way.RATIONAL_IDENTITY_IN_MANY: "{kernels} などについての有理式の恒等式",
    Way.DERIVATIVES_CARRIED_OUT: "微分を実行",
    Way.SUMS_IN_NORMAL_FORM: "和を標準形にして比較",
    Way.SUMMAND_BY_SUMMAND: "項ごとに比較",
    Way.PROBABILITIES_SUM_TO_ONE: "確率の和は 1",
    Way.TOTALS_IN_CLOSED_FORM: "無限和と積分を閉じた式で計算",
    Way.EQUATIONS_PUT_IN: "仮定した等式を代入",
    Way.CASES: "場合分け {conditions}",
    Way.CASES_OF_VALUES: "場合分け {name} = {values}",
    Way.CLASS_OF: "{data} のクラスで場合分け",
    Way.ZERO_BY_DERIVATIVE: "{variable} についての微分が 0 で、{variable} = {value} での値も 0",
    Way.LEAST_AT: "{variable} = {value} で最小",
    Way.BY_INDUCTION: "{name} についての数学的帰納法 ({low} から)",
    Way.WHERE_DEFINED: "両辺が定義されるところで",
    Way.NOTHING_SWITCHES: "微分の中で何も切り替わらないところで",
    Way.SIGNS_OF_PARTS: "各部分の符号",
    Way.SIGNS_OF_FACTORS: "各因数の符号",
    Way.LOG_INCREASES: "log は単調増加",
    Way.EXP_INCREASES: "exp は単調増加",
    Way.TIMES_POSITIVE: "{factor} > 0 を掛けても最適な点は変わらない",
    Way.TIMES_NEGATIVE: "{factor} < 0 を掛けると最大が最小になる",
    Way.SHIFTED: "動かないものを足しても最適な点は変わらない",
    Way.SIGN_NOT_KNOWN: "一方の式はもう一方の {factor} 倍に定数を足したものですが、{factor} の符号がわかりません",
    Way.NO_MONOTONE_FUNCTION: "一方の式からもう一方の式へ移る単調な関数が見つかりません",
    Way.NOTHING_VARIES: (
        "どちらの式にも動くものがありません。何について最適な点を探すのかを、ステップに varying='mu'、"
        "または全ステップに parameters='mu' のように書いてください"
    ),
    Way.NEITHER_LINE_HOLDS: (
        "動くはずの {names} がどちらの式にもありません。何について最適な点を探すのかを、ステップに varying='mu'、"
        "または全ステップに parameters='mu' のように書いてください"
    ),
    Way.TWO_PLACES: "{quantity} が増えるとき、{point} では二つの式が同じ向きに動き、反例の点では逆向きに動きます",
    Way.CONVEX_PARTS: "凸な部分を、凸性を保つ規則で組み合わせたもの",
    Way.CHORD_BELOW: "弦の中点が関数より下にあります",
    Way.NO_LINES: "{name} のとる値は区間ではないので、二つの値を結ぶ線分が定義域からはみ出します",
    Way.COUNTEREXAMPLE: "ボール演算による反例",
    Way.COMPLEX_COUNTEREXAMPLE: "ボール演算による反例 (複素数の主値)",
    Way.NO_PROOF: "証明は見つかりません",
    Way.NO_CLOSED_FORM: "証明は見つかりません。{formula} についての規則がありません",
    Way.OUT_OF_WORK: "一つの主張に許された手間の範囲では、証明は見つかりません",
    Way.PROOF_FAILED: "証明は見つかりません (証明の途中で失敗: {failure})",
    Way.POINTS_AGREE: "{points} 点で一致",
    Way.UP_TO: "大きさ {sizes} まで",
    Way.ZEROS_NOT_TRIED: "{formulas} のちょうど零点では試さず、そのすぐ近くで試しました",
    Way.TOO_FEW_POINTS: "比較できた点は {points} 点だけです",
    Way.RULE_NOT_CONFIRMED: "規則「{rule}」だけを取り出した確認ができませんでした",
    Way.MAY_MEET: "両辺が等しくなる点がないことは証明されていません",
    Way.UNKNOWN_NAME: "`{name}` は、このステップが拠りどころとするどの行にも出てきません",
    Way.UNKNOWN_NAME_NEAR: (
        "`{name}` は、このステップが拠りどころとするどの行にも出てきません。`{near}` のことですか?"
    ),
    Way.NAME_OF_A_STEP_APART: (
        "`{name}` が何かを述べているのはステップ `{step}` ですが、このステップはそれを使っていません。"
        "引数に書き加えてください"
    ),
    Way.STATED: "名前の約束、またはモデルの仮定です。証明することはありません。",
    Way.NOT_DERIVED: "述べただけで、導いていません。関数も主張も、上の行を使っていません。",
    Way.NOT_A_QUESTION: "判定できません: {reason}",
    Way.NOTHING_CLAIMED: "ここでは何も主張していません。この行の確かさは、それを作った操作の確かさです。",
}

TROUBLES: dict[Code, str] = {
    Trouble.NO_POINT: "すべての条件を満たす点が見つかりませんでした。",
    Trouble.NO_COMMON_DOMAIN: "両辺の定義域に共通する点がありません: {places}。",
    Trouble.ONE_SIDED: "両辺の定義される点が異なります: {places}。",
    Trouble.NOT_DECIDED: "判定できた点がありません: {places}。",
    Trouble.LEFT_UNDEFINED: "{total} 点中 {count} 点で左辺に値がありません ({reason}{example})",
    Trouble.RIGHT_UNDEFINED: "{total} 点中 {count} 点で右辺に値がありません ({reason}{example})",
    Trouble.BOTH_UNDEFINED: "{total} 点中 {count} 点で両辺とも値がありません ({reason}{example})",
    Trouble.OPEN: "{total} 点中 {count} 点で比較の決着がつきません ({reason}{example})",
    Trouble.EXAMPLE: "、たとえば {values}",
    Trouble.MUCH_WORK: "一つの主張に許された手間を超えます",
    Trouble.HOLLOW: "見つかった {count} 点では和も積もすべて空なので、何もわかりません。",
    Trouble.LITTLE_KNOWN: "わかっていることが少なすぎます",
}

DUTIES: dict[Code, str] = {
    Duty.CLAIM_IS_RESULT: "主張はスクリプトが導く式に等しい",
    Duty.LEFT_IS_CLAIM: "左辺は主張に等しい",
    Duty.EQUAL_TO: "{of} に等しい",
    Duty.SAME_OPTIMUM: "最適な点は {of} と同じ",
    Duty.DERIVATIVE_OF: "{of} の微分",
    Duty.INEQUALITY: "不等式",
    Duty.CONVEX: "{of} は {varying} について凸",
    Duty.NEXT_LINE: "{number} 行目は直前の行に等しい",
    Duty.SPECIAL_CASE: "{of} に {values} を代入したもの",
    Duty.START: "{values} のとき {of} になる",
    Duty.ONE_MORE: "{variable} を {variable} + 1 にすると、スクリプトがそこから導く式になる",
    Duty.VALUE_INSIDE: "値は {variable} のとりうる範囲にある",
    Duty.ZERO_THERE: "{of} はこの {variable} で 0",
    Duty.SLOPE_OF: "{of} の {variable} についての傾き",
    Duty.SLOPE_THERE: "{of} の傾きはこの {variable} で 0",
    Duty.CURVATURE_OF: "{of} の {variable} についての曲率",
    Duty.BENDS_ONE_WAY: "{of} はどの {variable} でも同じ向きに曲がるので、同じくらいよい点はほかにない",
    Duty.PUBLISHED_DERIVATIVE: "{step} は {of} を {predictor} で微分したもの",
}

NOTES: dict[Code, str] = {
    Note.MUTANTS_OF_THE_STEP: "公開される式の誤った版は、そのステップのものと同じです",
    Note.NO_CLAIM: "何も主張していないので、間違えようがありません",
    Note.SHORT_CLAIM: "主張が短いので、間違え方は {tried} 通りしかありません",
}

NOTICES: dict[Code, str] = {
    Notice.IDLE_CLAUSE: "where= が述べている `{name}` は、どのステップにもありません",
    Notice.IDLE_CLAUSE_NEAR: "where= が述べている `{name}` は、どのステップにもありません。`{near}` のことですか?",
    Notice.IDLE_PARAMETER: "`{name}` を探すことになっていますが、どのステップにもありません",
    Notice.NO_REASON: "{steps} に理由が書かれていません。関数の docstring に書いてください",
    Notice.IDLE_GIVEN: "仮定 {steps} はどのステップでも使われていません。後のステップの引数にするか、消してください",
}

REMARKS: dict[Code, str] = {
    Remark.FAILS: "{duty}: {why}",
    Remark.SIDES: "{first} {lhs}、{second} {rhs}、差 {difference} ({point})",
    Remark.LEFT: "左辺",
    Remark.RIGHT: "右辺",
    Remark.CLAIM: "主張",
    Remark.SCRIPT: "スクリプト",
    Remark.LEFT_SIDE: "左辺",
    Remark.SCRIPT_DERIVES: "スクリプトが導くのは {formula}",
    Remark.NEAREST: "{formula} なら証明できます",
    Remark.PLACE: "{place} で",
    Remark.EVERY_POINT: "どの点でも",
    Remark.FIRST_INDEX: "{name} の最初の添字 = {value}",
    Remark.RESTS_ON_REFUTED: "反証された {step} に拠っています",
    Remark.MUTANT_SURVIVED: "誤った版が反証されずに残りました: {formula}",
    Remark.STEPS: "{steps} ステップ: {statuses}。{kept} 件は保存済みの判定",
    Remark.STEPS_AND_PUBLISHED: (
        "{steps} ステップと公開される微分 {published} 件: {statuses}。{kept} 件は保存済みの判定"
    ),
    Remark.NONE: "なし",
    Remark.MUTANTS: "誤った版: 試行 {tried}、反証 {refuted}、主張と同値 {dropped}、残存 {survived}",
}

BETWEEN: dict[RuleName, str] = {
    "strictly monotone": "と最適な点が同じなのは",
}

MISTAKES = {
    Mistake.SIGN: "符号の誤り",
    Mistake.CONSTANT: "定数の誤り",
    Mistake.SWAPPED: "記号の取り違え",
    Mistake.COMPLEMENT: "1 から引き忘れ、または余計な 1 −",
    Mistake.DROPPED: "項または因数の抜け",
    Mistake.AVERAGE: "1/M の抜けまたは余分",
    Mistake.RANGE: "範囲のずれ",
    Mistake.POWER: "底と指数の取り違え",
    Mistake.FRACTION: "分数の上下が逆",
    Mistake.INDEX: "添字の誤り",
    Mistake.FUNCTION: "関数の取り違え",
    Mistake.CASES: "場合の取り違え",
}

STATUSES = {
    Status.PROVED: "述べた仮定のもとで記号的な証明があり、独立な数値評価とも一致しています。",
    Status.CORROBORATED: "記号的な証明は見つかっていませんが、試したすべての点がボール演算で一致しています。",
    Status.REFUTED: "反例が見つかりました。その点では、差を表すボールが 0 を含みません。",
    Status.UNDECIDED: "証明も、十分な数の一致する点も見つかっていません。合格として扱うことはありません。",
    Status.GIVEN: "名前の約束、またはモデルの仮定です。証明することはありません。",
}

RELATIONS = {
    Relation.GIVEN: "モデルの仮定です。述べるだけで、導きません。",
    Relation.DEFINITION: "名前の約束です。何も主張しません。",
    Relation.DERIVED: "スクリプトが上の行から導くものです。主張はそれと比べられます。",
    Relation.EQUAL: "述べた仮定のもとで等しい式です。審判が、名指しされた行と比べます。",
    Relation.EQUAL_ON: "ある量が有限個の値しかとらないので等しい式です。すべての値を試しています。",
    Relation.SAME_OPTIMUM: "別の関数ですが、最適な点は同じ場所にあります。",
    Relation.DERIVATIVE: "もとの式を微分したものです。",
    Relation.AT_LEAST: "述べた仮定のもとで成り立つ不等式です。",
    Relation.SPECIAL: "もとの行に値を代入したものです。",
    Relation.ZERO: "もとの行が 0 になるところです。",
    Relation.OPTIMUM: "もとの行が最大または最小になるところです。そこで傾きは 0 です。",
    Relation.FOR_EVERY: (
        "どの大きさでも成り立ちます。最小のもので成り立ち、ある大きさで成り立てば次でも成り立ちます。"
    ),
    Relation.CONVEX: "もとの式は凸です。角がなければ、主張は直線に沿った曲率を述べています。",
}

JAPANESE = Catalogue(
    language="ja",
    sentences={**WAYS, **TROUBLES, **DUTIES, **NOTES, **NOTICES, **REMARKS},
    rules=RULES,
    between=BETWEEN,
    reasons=REASONS,
    mistakes=MISTAKES,
    statuses=STATUSES,
    relations=RELATIONS,
    comma="、",
)
