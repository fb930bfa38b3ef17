"""The phrases in Japanese."""

from __future__ import annotations

from lossproof import words
from lossproof.derivation import Relation
from lossproof.derivation.step import Origin
from lossproof.referee.verdict import Status
from lossproof.site.words.glossary_japanese import QUANTITIES, TERMS
from lossproof.site.words.moves_japanese import MOVES, REWRITINGS
from lossproof.site.words.phrases import CodeWords, CurveWords, Words
from lossproof.site.words.pictures_japanese import PICTURES
from lossproof.site.words.refused_japanese import REFUSED
from lossproof.site.words.refused_latex_japanese import REFUSED_LATEX
from lossproof.site.words.try_japanese import TRY

CODE_JAPANESE = CodeWords(
    title="実際に動く式",
    lead=(
        "紙の上では等しい二つの式も、16 桁しか覚えず 1.8 · 10³⁰⁸ を超える数を持たない計算機の中では、"
        "まるで違う値になることがあります。そこで、公開された式はプログラムになる前に書き換えられます。"
        "このページでは、"
        "どの形に書き換えたのか、それが同じ関数であること、そして計算結果が真の値からどれだけ離れるのかを示します。"
    ),
    of_classes=(
        "導出ではクラスの数は記号のままで、実際の値はデータが決めます。このページでは {classes} とします。"
        "二つのクラスを入れ替えても式は変わらないので、最初のクラスがすべてのクラスを、最初の二つがすべての組を"
        "代表します。測定と判定はそれらについてだけ行います。"
    ),
    link=(
        "最後の式をどう計算するのか、それが同じ関数である理由、結果の正確さについては、こちらのページをご覧ください。"
    ),
    kinds={"value": "値", "slope": "傾き", "curvature": "曲率"},
    by="({names} について)",
    rewritten="計算する形",
    as_published="公開された形のまま計算します",
    elsewhere=(
        "ただし {inside} の範囲での話です。その外では、試したどの形も浮動小数点数があふれるか桁を失います。"
        "そこでは同じ式を"
        "*広い数* (桁を二つの浮動小数点数で持ち、指数も別に持つ数) で計算し、それでも足りなければ、"
        "必要なだけの桁をもつボールで計算します。"
    ),
    in_wide="、および広い数",
    not_printable="(プログラムの中の名前による)",
    rewriting="書き換えの手順 (規則ごと)",
    derivatives="傾きと曲率は値のものか",
    derivatives_note=(
        "別の関数の傾きを渡された最適化は、違う場所で止まってしまいます。そこで、公開された式どうしが互いの微分に"
        "なっていることを、正解値がどこにあっても成り立つものとして比べています。"
    ),
    measured="ほかに測った形",
    measured_note=(
        "下の形はどれも、紙の上では同じ関数です。それぞれ {points} 点で真の値と比べました。誤差が {good} ulp 以内に"
        "収まる形のうち最も軽いものを使い、そのような形がなければ最も正確なものを使います。"
        "(差をとる項どうしが打ち消し合う"
        "ところでは、どの形でも結果に対する ulp の誤差は大きくなります。)"
    ),
    form="形",
    worst="最大誤差 (ulp)",
    bad="{good} ulp を超えた点",
    cost="計算の重さ",
    chosen="使用",
    exact="どれだけ正確か",
    exact_note=(
        "*ulp* (最終桁の単位) は、計算機が持つ数から隣の数までの間隔です。丸めがある以上、0.5 が最良です。"
        "真の値は高精度の"
        "ボールで求めています。各行につき {points} 点を、最小から最大までのあらゆる指数にわたって試し、"
        "最も悪かった点の周りを"
        "さらに探しました。このページを作ったときに {backend} のバックエンドで測った値です。"
        "`python benchmarks/kernels.py` は、その何倍もの点で測ります。"
    ),
    difference_note=(
        "式が差の形で、項どうしが打ち消し合うところでは、最大の項の ulp を単位としています。"
        "その形の式でこれより良くすることはできません。"
    ),
    function="関数",
    number_format="数の形式",
    ulp="最大誤差 (ulp)",
    where="場所 ({names})",
    tried_points="点の数",
    against="入力と誤差",
    against_note=(
        "{target} のときの値を、{predictor} の全範囲で比べました。実際に動く式と、本に印刷された式をそのまま "
        "NumPy と SciPy に渡したものです。"
    ),
    not_evaluated="印刷された式はそのままでは NumPy と SciPy で計算できないので、実際に動く式だけを描いています。",
    failed_note="背景に色のついたところでは、印刷された式は {failures} になります。真の値は普通の数です。",
    neighbours="線の各点は、その近くの点での最大誤差です。",
    others_zero="ほかの線形予測子は 0 です。",
    curve=CurveWords(error="誤差 (ulp)", computed="実際に動く式", printed="本に印刷された式", gives="結果:"),
    source="プログラム",
    source_note=(
        "上の形から SymPy の `lambdify` で生成した、NumPy だけを必要とするモジュールです。"
        "もとの導出の名前とハッシュ値が書き込まれています。"
    ),
    source_command="lossproof export {name} --to python{classes} -o {name}_loss.py",
    number_of_classes=" --classes {classes}",
    back_ends=(
        "`loss.compile()` は同じプログラムを Numba で機械語にします。これが既定で、最も速い方法です。"
        '`loss.compile("numpy")` は上のモジュールそのもの、`loss.compile("jax")` は JAX が変換し、'
        "コンパイルし、GPU で動かせる関数です。"
    ),
)


JAPANESE = Words(
    said=words.JAPANESE,
    step_of="{count} ステップ中 {number} 番目",
    source="出典",
    turn={
        Relation.GIVEN: "仮定",
        Relation.DEFINITION: "名前の約束",
        Relation.DERIVED: "導かれる",
        Relation.EQUAL: "等しい",
        Relation.EQUAL_ON: "場合ごとに等しい",
        Relation.SAME_OPTIMUM: "最適な点が同じ",
        Relation.DERIVATIVE: "微分",
        Relation.AT_LEAST: "不等式",
        Relation.CONVEX: "凸",
        Relation.SPECIAL: "値を代入",
        Relation.ZERO: "0 とおいて解く",
        Relation.OPTIMUM: "最適な点",
        Relation.FOR_EVERY: "どの大きさでも",
    },
    turned={
        Relation.EQUAL: "述べた仮定のもとで、{of}に等しい式です。",
        Relation.EQUAL_ON: "有限個の値しかとらない量があるので、{of}に等しい式です。すべての値を試しています。",
        Relation.SAME_OPTIMUM: "{of}とは別の関数ですが、最適な点は同じ場所にあります。",
        Relation.DERIVATIVE: "{of}を {variable} で微分します。",
        Relation.AT_LEAST: "述べた仮定のもとで、{of}の大きさを抑える不等式です。",
        Relation.CONVEX: "{of}に二つ目の谷はありません。どの直線に沿った曲率も、主張の通りです。",
        Relation.SPECIAL: "{of}に値を代入します。",
        Relation.ZERO: "{of}が 0 になるところです。",
        Relation.OPTIMUM: "{of}が最大または最小になるところです。そこで傾きは 0 です。",
    },
    line_above="上の式",
    no_claim="このステップ自身は式を主張していません。その確かさは、それを作った操作の確かさです。",
    symbols="記号の意味",
    take="コピー:",
    take_tex="TeX",
    take_claim="主張",
    take_sympy="SymPy",
    take_citation="引用",
    taken="コピーしました",
    take_along="持ち帰る:",
    take_notebook="ノートブック",
    take_script="スクリプト",
    take_page="一枚にまとめて印刷",
    picture="図で見る",
    pictures=PICTURES,
    picture_hint="つまみを動かすか、図の中をドラッグしてください。",
    read={"slope": "傾き", "curvature": "曲率", "largest": "最大の位置", "value": "損失"},
    printed_as="印刷された形",
    mixed="クラスを混ぜる",
    rate="学習率",
    updates="更新回数",
    try_it=TRY,
    exercise="正しいのはどれ?",
    exercise_lead="一つだけが上の式です。ほかはありがちな間違いで、どれも審判が反証しています。",
    exercise_of="{left} は?",
    right="正解です。",
    right_note="これが上の式です。判定は「{status}」です。",
    wrong="不正解です ({mistake})。",
    wrong_at="{point} のとき、この式は {given} になりますが、正しい値は {right} です。",
    wrong_always="この式は {given} になりますが、正しい値は {right} です。",
    all_wrong="審判が反証した誤った式 (全 {count} 件)",
    all_wrong_note="どれも上の式と一か所だけ違います。そのすべてについて、審判は違いの現れる数値を見つけました。",
    verdict="正しいのか?",
    stated={Relation.GIVEN: "何を仮定しているか", Relation.DEFINITION: "何につけた名前か"},
    counted_rules=("規則 {count} 個", "規則 {count} 個"),
    counted_points=("{count} 点で一致", "{count} 点で一致"),
    counted_mutants="誤った式 {counted} 件中 {refuted} 件を反証",
    exactly="点で厳密に一致",
    status={
        Status.PROVED: "証明済み",
        Status.CORROBORATED: "裏付けあり",
        Status.REFUTED: "反証",
        Status.UNDECIDED: "未決",
        Status.GIVEN: "前提",
    },
    how="方法",
    rules="個の規則による証明",
    points="点でボール演算が一致 (半径 {radius} 以内)",
    mutants="件の誤った式を反証",
    mutants_of_all="件の誤った式を反証",
    survived="反証されずに残った誤った式があります",
    proof="証明の規則",
    same_formula="両辺は符号まで同じ式です。",
    as_above="上と同じ規則によります。",
    witness="反例",
    witness_values="この点で一方は {lhs}、もう一方は {rhs} です。差は {difference} です。",
    coq_accepted=(
        "審判とコードを共有しない証明系 Coq {version} も、このステップの補題を受け入れています。",
        "審判とコードを共有しない証明系 Coq {version} も、このステップの {count} 個の補題をすべて受け入れています。",
    ),
    coq_partly="Coq {version} はこのステップの {count} 個の補題のうち {accepted} 個を受け入れました。残りはまだです。",
    coq_none="Coq：このステップには、Coq が受け入れる証明がまだありません。",
    coq_not_run="Coq：このステップは Coq にかけていません。",
    coq_axioms="拠りどころの公理：",
    coq_counted="Coq も受け入れ",
    under="条件",
    rests_on={
        Status.GIVEN: "拠りどころとする仮定:",
        Status.CORROBORATED: "証明はされず、裏付けだけがあるステップに拠っています:",
        Status.UNDECIDED: "未決のステップに拠っています:",
        Status.REFUTED: "反証されたステップに拠っています:",
        Status.PROVED: "拠りどころ:",
    },
    source_code="このステップの SymPy",
    source_code_note={
        Origin.DERIVED: "これが結果を導きます。主張は別に書かれたもので、審判が両者を比べます。",
        Origin.TYPED: "この行は書かれただけで、上の行を使っていません。ここでは何も導いていません。",
        Origin.STATED: "この関数は何も返しません。行は述べられただけで、上の行から導くのは審判です。",
    },
    source_code_of_statement="この行は述べたもので、導いたものではありません。比べる相手はありません。",
    used_by="この式を使うステップ",
    nothing_after="まだありません。鎖はここで終わりです。",
    same_line="同じ式がある章",
    same_line_in="{chapter} の {step}",
    map="導出の地図",
    map_note="箱はステップで、リンクになっています。拠りどころは上にあり、太い線が本筋です。",
    all_maps="全章のステップ",
    line_also_in="同じ式: {chapters}",
    main_line="本筋",
    checks="検算: {titles}",
    whole="導出の全体",
    assumptions="それぞれの量についての仮定",
    tried="試した誤った式",
    dropped="同値で除外",
    refuted="反証",
    together="合計",
    chapter="章",
    number="件数",
    search="検索",
    on_the_page="ページでの表記",
    in_scripts="スクリプトと主張での表記",
    values="とりうる値",
    meaning="意味",
    first_in="初出は {step}",
    written="書き方",
    printed="印刷",
    aliases="別名",
    claims="主張",
    claims_right="正しい主張",
    claims_wrong="誤った主張",
    claims_seconds=(
        "一つの判定にかかった時間は中央値 {median:.2f} 秒、最長 {slowest:.1f} 秒です (一プロセス、保存なし)。"
    ),
    claims_corroborated="正しいが裏付けだけのもの: {names}。",
    claims_not_good="判定を誤ったもの、または判定できなかったもの: {names}。",
    claims_missing=(
        "この手元の複製では、まだ審判にかけていません。次のコマンドを実行すると (1 分ほどかかります)、"
        "次にサイトを作ったときに数値が表示されます:"
    ),
    none="なし",
    move="操作",
    gives="結果",
    means="その行の意味",
    looks_back="もとの行",
    first_argument="最初の引数、または `of=`",
    where_given="なし、または `of=`",
    show_code="この図のプログラム",
    results_missing=(
        "この手元の複製では、まだ測っていません。次のコマンドを実行すると、次にサイトを作ったときに表が表示されます:"
    ),
    nothing_across="二つの章に共通する行はありません。",
    code=CODE_JAPANESE,
    glossary="このページの言葉と記号",
    terms=TERMS,
    quantities=QUANTITIES,
    moves=MOVES,
    rewritings=REWRITINGS,
    refused={**REFUSED, **REFUSED_LATEX},
)
