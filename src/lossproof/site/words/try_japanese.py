"""The box in which a claim is changed and checked, in Japanese."""

from __future__ import annotations

from lossproof.site.words.phrases import TryWords

TRY = TryWords(
    title="試してみる: 式を書き換えて、ここで検査する",
    claim="この章の行",
    left="左辺",
    relation="関係",
    relations={
        "=": "= 等しい",
        ">=": "≥ 以上",
        ">": "> より大きい",
        "<=": "≤ 以下",
        "<": "< より小さい",
        "convex": "は凸 (谷はひとつ)",
        "same optimum": "と最適な点が同じ",
    },
    right="右辺",
    curvature="方向 v の直線に沿った二階微分 (空欄なら SymPy が計算します)",
    varying="動かす変数 (コンマ区切り)",
    where="仮定",
    hint="テキストでも LaTeX でも書けます。仮定はセミコロンで区切ります。",
    check="検査する",
    stop="中止",
    reset="元に戻す",
    weight=(
        "最初の検査のときだけ、このサイトから審判 ({megabytes} MB) を読み込みます。"
        "入力した式がこのページの外に出ることはありません。"
    ),
    loading="審判を読み込んでいます…",
    checking="検査しています…",
    searching="正しくなる式を探しています…",
    nothing_near="試した範囲では、どちらの辺を一か所だけ変えても正しくなりませんでした。",
    would_be_right="こう書けば正しい式でした:",
    from_disk="ディスクから直接開いたページでは審判を動かせません。`lossproof serve` などで開いてください。",
    broken="このブラウザーでは審判を起動できませんでした:",
    seconds="{seconds} 秒。このページの中で審判が検査しました。",
    rejected="数式として読めませんでした。",
    too_long="{given} 文字の欄があります。{most} 文字以内で書いてください。",
    unclear={
        "names_missing": "動かす変数を書いてください。どの変数について凸なのか、最適な点を探すのか、です (例: w, b)。",
        "name_not_there": "「{name}」は左辺に出てくる量ではありません。左辺にある名前を書いてください。",
        "curvature_missing": (
            "w[k] のようなデータについては、方向 v の直線に沿った二階微分を書いてください "
            "(例: sum(sum(v[i]*v[j]*h[i, j], i, 1, d), j, 1, d))。"
        ),
    },
    differs={
        "sides": "反例: {point} のとき、左辺は {left}、右辺は {right} です。",
        "curvature": "反例: {point} のとき、直線に沿った二階微分は {left} で、負になります。",
        "chord": "反例: {point} のとき、弦の中点は {left} ですが、その両端の間の関数の値は {right} です。",
        "places": "反例: {point}。",
    },
    sides_always="左辺は {left}、右辺は {right} です。",
    is_convex="{left} は {varying} について凸です。",
    is_best_where="{left} と {right} は、{varying} について同じ点で最適になります。",
    proof="証明",
    proof_found="見つかりました。使った規則:",
    proof_not_found="見つかりませんでした:",
    proof_not_asked="探していません。反例だけで決まります。",
    points="数値の点",
    points_agree="{points} 個の点で、ボール演算の誤差 {radius} 以内で一致しました。",
    points_exact="{points} 個の点で、厳密に一致しました。",
    points_differ="そのうちの一つが上の反例です。",
    no_points="試した点の中に、両辺の値を比べられる点はありませんでした。",
    only_points="点で比べただけです。証明ではありません。",
)
