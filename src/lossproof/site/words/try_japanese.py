"""The box in which a claim is changed and checked, in Japanese."""

from __future__ import annotations

from lossproof.site.words.phrases import TryWords

TRY = TryWords(
    title="試してみる: 式を書き換えて、ここで検査する",
    left="左辺",
    right="右辺",
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
    sides_at="反例: {point} のとき、左辺は {left}、右辺は {right} です。",
    sides_always="左辺は {left}、右辺は {right} です。",
    proof="証明",
    proof_found="見つかりました。使った規則:",
    proof_not_found="見つかりませんでした:",
    proof_not_asked="探していません。反例だけで決まります。",
    points="数値の点",
    points_agree="{points} 個の点で、球演算の誤差 {radius} 以内で一致しました。",
    points_exact="{points} 個の点で、厳密に一致しました。",
    points_differ="そのうちの一つが上の反例です。",
    no_points="試した点の中に、両辺の値を比べられる点はありませんでした。",
    only_points="点で比べただけです。証明ではありません。",
)
