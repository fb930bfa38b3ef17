"""Why text is not read as mathematics, in Japanese, by its English sentence; see `refused_in_words`."""

from __future__ import annotations

REFUSED = {
    (
        "A clause says: x real, n integer, x > 0, 0 < x < 1, x in {0, 1}, k in 1..K, (a, b) one-hot, p simplex "
        "over 1..K, or mu = formula."
    ): (
        "仮定は次の形で書きます: x real, n integer, x > 0, 0 < x < 1, x in {0, 1}, k in 1..K, (a, b) one-hot, p "
        "simplex over 1..K, mu = 式。"
    ),
    "In a clause an index is a letter, perhaps with a whole number added: c[k] < c[k+1].": (
        "仮定の中の添字は、c[k] < c[k+1] のように、一文字か、それに整数を足したものです。"
    ),
    "Write x > 0.": "x > 0 と書いてください。",
    "Write x < 0.": "x < 0 と書いてください。",
    "Write x >= 0.": "x >= 0 と書いてください。",
    "Write x != 0.": "x != 0 と書いてください。",
    "Write n integer >= 1.": "n integer >= 1 と書いてください。",
    "Write y in {0, 1}.": "y in {0, 1} と書いてください。",
    "There are more than {0} clauses.": "仮定が {0} 個を超えています。",
    "The clause should end here; clauses are separated by ';'.": (
        "仮定はここで終わるはずです。仮定どうしは ; で区切ります。"
    ),
    "The names of a group are separated by commas and closed by ')'.": "組の名前はコンマで区切り、) で閉じます。",
    "A group is made of names: (t1, t2, t3) one-hot.": "組は名前で作ります: (t1, t2, t3) one-hot。",
    "A definition gives a name to a formula: mu = exp(eta).": "定義は式に名前をつけます: mu = exp(eta)。",
    "Values are separated by ',' and the set is closed by '}'.": "値はコンマで区切り、集合は } で閉じます。",
    "A set is written {0, 1}, a range low..high; of any number say x real, of counts n integer.": (
        "集合は {0, 1}、範囲は low..high と書きます。任意の実数なら x real、個数なら n integer です。"
    ),
    "{0} is defined by '='; what holds for it follows from there.": (
        "{0} は = で定義されています。その性質は定義から決まります。"
    ),
    "A clause is missing beside this comma.": "このコンマの横に仮定がありません。",
    "A group has 2 to {0} different names.": "組は 2 個から {0} 個の異なる名前で作ります。",
    "Write one-hot.": "one-hot と書いてください。",
    "A quantity belongs to one group only.": "一つの量が入れる組は一つだけです。",
    "{0} is defined twice.": "{0} が二度定義されています。",
    "A clause has no derivatives, integrals or sums without end in it.": (
        "仮定の中に、微分、積分、終わりのない和は書けません。"
    ),
    "A clause is about a quantity, a name or data such as p[m].": (
        "仮定は量についてのものです。名前か、p[m] のようなデータを書いてください。"
    ),
    "Both sides are the same; a clause says something of a quantity.": (
        "両辺が同じです。仮定は量について何かを述べるものです。"
    ),
    "A clause is about one quantity, a name or data such as p[m].": (
        "仮定は一つの量についてのものです。名前か、p[m] のようなデータを書いてください。"
    ),
    "A clause on data is for every element; write different letters: q[i, j].": (
        "データについての仮定はすべての要素に対するものです。q[i, j] のように、異なる文字を添字にしてください。"
    ),
    "The values are missing in this set.": "この集合には値がありません。",
    "A set has at most {0} values.": "集合の値は {0} 個までです。",
    "A set holds numbers up to {0}, such as 0, -1 or 1/2.": "集合には {0} までの数 (0、-1、1/2 など) を書きます。",
    "The ends of a range are made of names and whole numbers with +, - and *.": (
        "範囲の両端は、名前と整数を +、-、* でつないで書きます。"
    ),
    "This range is empty.": "この範囲は空です。",
    "One index runs through a group: t one-hot over 1..K.": "組の添字は一つです: t one-hot over 1..K。",
    "The range of the index is missing: {0} {1} over 1..K.": "添字の範囲がありません: {0} {1} over 1..K。",
    "Two comparisons in one clause point the same way: 0 < x < 1.": (
        "一つの仮定の中の二つの不等号は同じ向きにします: 0 < x < 1。"
    ),
    "'==' stands in conditions; an equation is written with '=': a + b = 1.": (
        "== は条件の中で使います。等式は = で書いてください: a + b = 1。"
    ),
    "The ends of a range are made of names without an index, and not of the index itself.": (
        "範囲の両端に書けるのは添字のない名前で、その添字自身は書けません。"
    ),
    "An interval is written as a comparison: 0 < x < 1.": "区間は不等式で書きます: 0 < x < 1。",
    "{0} is a constant; nothing is assumed of it.": "{0} は定数なので、仮定はつけられません。",
    "{0} goes back to itself: {1}.": "{0} の定義が自分自身に戻っています: {1}。",
    "More than {0} names follow from one another.": "{0} 個を超える名前が次々に定義でつながっています。",
    "No derivative by {0}: it is defined by a formula.": "{0} は式で定義されているので、それでは微分できません。",
    "No derivative by an element of {0}: it is defined by a formula.": (
        "{0} は式で定義されているので、その要素では微分できません。"
    ),
    "{0} is used with different numbers of indices.": "{0} の添字の個数が場所によって違います。",
    "A set of values cannot be combined with a bound that has names in it.": (
        "値の集合と、名前の入った上限や下限は組み合わせられません。"
    ),
    "No value satisfies this clause together with the earlier ones.": (
        "この仮定とそれまでの仮定を同時に満たす値はありません。"
    ),
    "Two bounds, one strict and one not, cannot be combined when they have names in them.": (
        "等号つきと等号なしの限界は、名前が入っていると組み合わせられません。"
    ),
    "No point satisfies the {0} clause together with the others on {1}.": (
        "{0} の仮定と {1} についてのほかの仮定を同時に満たす点はありません。"
    ),
    "A formula is text or a SymPy expression; {0} was given.": (
        "式はテキストか SymPy の式です。渡されたものは {0} です。"
    ),
    "A number and a name stand side by side; write '*' between them.": (
        "数と名前が並んでいます。間に * を書いてください。"
    ),
    "Digits are not grouped by '_'; write the number without it.": (
        "数字を _ で区切ることはできません。続けて書いてください。"
    ),
    "A number has one decimal point; there are no attributes or methods in formulas.": (
        "数の小数点は一つです。式の中に属性やメソッドはありません。"
    ),
    "Numbers are written in decimal digits.": "数は十進の数字で書きます。",
    "A formula is text; this is {0}.": "式はテキストです。渡されたものは {0} です。",
    "This text is longer than {0} characters.": "テキストが {0} 文字を超えています。",
    "This number has more than {0} digits.": "この数は {0} 桁を超えています。",
    "The exponent of this number is beyond {0}.": "この数の指数は {0} を超えています。",
    "A whole number does not begin with 0.": "整数を 0 で始めることはできません。",
    "Text in quotes is not part of a formula.": "引用符で囲んだ文字列は式の一部になりません。",
    "A dot stands only inside a number such as 0.5; there are no attributes or methods in formulas.": (
        "点が使えるのは 0.5 のような数の中だけです。式の中に属性やメソッドはありません。"
    ),
    "A colon has no meaning in formulas; ranges are written low..high in assumptions.": (
        "コロンは式の中で意味を持ちません。範囲は仮定の中で low..high と書きます。"
    ),
    "'@' has no meaning in formulas; a product is written with *.": "@ は式の中で意味を持ちません。積は * で書きます。",
    "'!' has no meaning in formulas; write factorial(n).": (
        "! は式の中で意味を持ちません。factorial(n) と書いてください。"
    ),
    "'%' has no meaning in formulas.": "% は式の中で意味を持ちません。",
    "Conditions are joined by the word and.": "条件は and という語でつなぎます。",
    "Write Abs(x) for an absolute value, and the word or between conditions.": (
        "絶対値は Abs(x) と書きます。条件の「または」は or です。"
    ),
    "'~' has no meaning here: a distribution is written by its density, as exp(-mu)*mu^y/factorial(y).": (
        "~ はここでは意味を持ちません。分布は密度で書きます (例: exp(-mu)*mu^y/factorial(y))。"
    ),
    "A backslash has no meaning here; formulas are written in the text form, not in LaTeX.": (
        "バックスラッシュはここでは意味を持ちません。LaTeX ではなくテキストの書き方で書いてください。"
    ),
    "Comments have no place in a formula.": "式の中にコメントは書けません。",
    "'$' has no meaning here; formulas are written in the text form, not in LaTeX.": (
        "$ はここでは意味を持ちません。LaTeX ではなくテキストの書き方で書いてください。"
    ),
    "'?' has no meaning in formulas.": "? は式の中で意味を持ちません。",
    "Write the minus sign as '-'.": "マイナスは - で書いてください。",
    "Write a product with '*'.": "積は * で書いてください。",
    "Write a quotient with '/'.": "商は / で書いてください。",
    "Write '<='.": "<= と書いてください。",
    "Write '>='.": ">= と書いてください。",
    "Write '!='.": "!= と書いてください。",
    "Write the word in.": "in という語で書いてください。",
    "Formulas here hold real numbers; there is no infinity.": "ここの式が表すのは実数です。無限大はありません。",
    "Write sqrt(x).": "sqrt(x) と書いてください。",
    "Write sum(expr, index, low, high).": "sum(式, 添字, 下端, 上端) と書いてください。",
    "Write prod(expr, index, low, high).": "prod(式, 添字, 下端, 上端) と書いてください。",
    "Write diff(expr, x).": "diff(式, x) と書いてください。",
    "Write a range with two dots, low..high.": "範囲は点二つで low..high と書いてください。",
    "{0} ({1}) has no meaning in formulas.": "{0} ({1}) は式の中で意味を持ちません。",
    "There is a character here that cannot be seen by itself ({0}); take it out.": (
        "ここに目に見えない文字 ({0}) があります。取り除いてください。"
    ),
    "Write the power as ^{0}.": "べき乗は ^{0} と書いてください。",
    "{0} ({1}) is another form of {2}; write {3}.": "{0} ({1}) は {2} の別の形です。{3} と書いてください。",
    "{0} ({1}) is not a letter of the Latin (a to z) or Greek alphabet.": (
        "{0} ({1}) はラテン文字 (a から z) でもギリシャ文字でもありません。"
    ),
    "A name is text; this is {0}.": "名前はテキストです。渡されたものは {0} です。",
    "A name is missing here.": "ここに名前がありません。",
    "This name is longer than {0} characters.": "この名前は {0} 文字を超えています。",
    "A name begins with a Latin or Greek letter; {0} begins with {1}.": (
        "名前はラテン文字かギリシャ文字で始まります。{0} は {1} で始まっています。"
    ),
    "{0} is a word of the Python language and cannot be a name; {1} can.": (
        "{0} は Python の予約語なので名前にできません。{1} なら使えます。"
    ),
    "{0} belongs to Python and is not mathematics here; choose another name.": (
        "{0} は Python のもので、ここでは数学ではありません。別の名前にしてください。"
    ),
    "'π' is the constant pi and cannot be a name.": "π は定数 pi なので名前にできません。",
    "{0} stands for an infinity or for no number at all; formulas here hold real numbers.": (
        "{0} は無限大か、数でないものを表します。ここの式が表すのは実数です。"
    ),
    "{0} is a constant and cannot be used as a variable or index.": "{0} は定数なので、変数や添字にはできません。",
    "The text form of mathematics has no word for {0}: {1}.": "テキストの書き方には {0} を表す語がありません: {1}。",
    "The text form of mathematics has no word for the condition {0}.": (
        "テキストの書き方には条件 {0} を表す語がありません。"
    ),
    "Formulas hold real numbers; nan and infinity are none.": (
        "式が表すのは実数です。nan と無限大は実数ではありません。"
    ),
    "The last piece has the condition True; not so in {0}.": "最後の場合の条件は True です。{0} はそうなっていません。",
    "Heaviside(0) is 1/2 in the text form of mathematics.": "テキストの書き方では Heaviside(0) は 1/2 です。",
    "The text form of mathematics has no word for polygamma of order {0}.": (
        "テキストの書き方には {0} 階の polygamma を表す語がありません。"
    ),
    "A derivative has a whole number of steps; not so in {0}.": "微分の階数は整数です。{0} はそうなっていません。",
    "{0} is written {0}(expr, index, low, high).": "{0} は {0}(式, 添字, 下端, 上端) と書きます。",
    "This may be four values, or a sum over {0!r}: write ({0}) for a value, and the range as low..high for the sum.": (
        "四つの値とも、{0} についての和とも読めます。値なら ({0})、和なら範囲を low..high と書いてください。"
    ),
    "One '=' stands in an equation.": "等式の = は一つです。",
    "This parenthesis is not closed: ')' is missing here.": "この括弧が閉じていません。ここに ) が必要です。",
    "This bracket is not closed: ']' is missing here.": "この角括弧が閉じていません。ここに ] が必要です。",
    "Piecewise is written Piecewise((value, condition), ..., (value, True)).": (
        "場合分けは Piecewise((値, 条件), ..., (値, True)) と書きます。"
    ),
    "A piece is written (value, condition).": "一つの場合は (値, 条件) と書きます。",
    "More than {0} lines stand in one chain here.": "一続きの等式が {0} 行を超えています。",
    "The formula should end here.": "式はここで終わるはずです。",
    " A function has parentheses: {0}(...).": "関数には括弧をつけます: {0}(...)。",
    "Only a name can have an index, all indices in one bracket: q[i, j].": (
        "添字をつけられるのは名前だけです。添字は q[i, j] のように一つの角括弧にまとめます。"
    ),
    "This formula is nested too deep.": "式の入れ子が深すぎます。",
    "A comparison stands only in a condition: Piecewise((value, condition), ...).": (
        "不等号が使えるのは条件の中だけです: Piecewise((値, 条件), ...)。"
    ),
    "A comma stands only between the arguments of a function or between indices.": (
        "コンマは、関数の引数の間か添字の間にだけ書きます。"
    ),
    "An index is made of names and whole numbers with +, - and *.": "添字は、名前と整数を +、-、* でつないで書きます。",
    "Something is missing between these brackets.": "この括弧の中に何かが足りません。",
    "{0} takes {1}; it was given {2}.": "{0} の引数は {1}ですが、{2} 個書かれています。",
    "The range of {0} cannot contain {1} itself.": "{0} の範囲に {1} 自身を書くことはできません。",
    "A sum without end begins at a whole number: sum(f, k, 0, oo).": (
        "終わりのない和は整数から始まります: sum(f, k, 0, oo)。"
    ),
    "A derivative is taken by a name or an element: diff(expr, x), diff(expr, u[k]).": (
        "微分は名前か要素で行います: diff(式, x)、diff(式, u[k])。"
    ),
    "The last piece, and only the last, has the condition True.": "最後の場合だけ、条件を True にします。",
    "A comparison is missing here: <, <=, >, >=, == or !=.": "ここに <, <=, >, >=, ==, != のどれかが必要です。",
    "A formula is missing here.": "ここに式がありません。",
    "A value is missing here.": "ここに値がありません。",
    "More than {0} things stand side by side here.": "ここに並んでいるものが {0} 個を超えています。",
    "{0} is a whole number here; no derivative is taken by it.": "{0} はここでは整数なので、それでは微分できません。",
    "More than {0} conditions are joined here.": "ここでつながっている条件が {0} 個を超えています。",
    "Only <, <=, > and >= stand in a row: 0 < x < 1.": "続けて書けるのは <、<=、>、>= だけです: 0 < x < 1。",
    "The parenthesis of {}(...) is not closed: ')' or ',' is missing here.": (
        "{0}(...) の括弧が閉じていません。ここに ) か , が必要です。"
    ),
    "{0} has {1} indices; {2} are the most.": "{0} に添字が {1} 個あります。{2} 個までです。",
    "'=' defines or equates; inside a formula there is none: a range is sum(f, m, 1, M), a condition has '=='.": (
        "= は定義や等式に使うもので、式の中には書けません。範囲は sum(f, m, 1, M)、条件は == と書きます。"
    ),
    "';' separates clauses of assumptions; a formula has none.": "; は仮定を区切るもので、式の中には書けません。",
    "Braces have no meaning in formulas; sets such as {0, 1} stand in assumptions only.": (
        "波括弧は式の中で意味を持ちません。{0, 1} のような集合は仮定の中だけに書きます。"
    ),
    "'..' stands in assumptions only: k in 1..K.": ".. が使えるのは仮定の中だけです: k in 1..K。",
    "This ')' closes nothing that was opened, or a value is missing before it.": (
        "この ) に対応する括弧がないか、その前に値がありません。"
    ),
    "This ']' closes nothing that was opened, or a value is missing before it.": (
        "この ] に対応する括弧がないか、その前に値がありません。"
    ),
    "A bracket follows the name of indexed data: p[m]; there are no lists.": (
        "角括弧はデータの名前に続けて書きます: p[m]。リストはありません。"
    ),
    "A value is missing before this '*'.": "この * の前に値がありません。",
    "A value is missing before this '/'.": "この / の前に値がありません。",
    "A value is missing before this power.": "このべき乗の前に値がありません。",
    "'and' joins conditions; it stands only in Piecewise or indicator.": (
        "and は条件をつなぐ語で、Piecewise か indicator の中だけに書きます。"
    ),
    "'or' joins conditions; it stands only in Piecewise or indicator.": (
        "or は条件をつなぐ語で、Piecewise か indicator の中だけに書きます。"
    ),
    "There is no 'not'; turn the comparison around instead.": "not はありません。不等号の向きを変えてください。",
    "'in' stands in assumptions only: yt in {0, 1}; a range is sum(f, m, 1, M).": (
        "in が使えるのは仮定の中だけです: yt in {0, 1}。範囲は sum(f, m, 1, M) と書きます。"
    ),
    "'True' is a condition, not a number.": "True は条件で、数ではありません。",
    "'False' is not a number; a piece that never applies is left out.": (
        "False は数ではありません。決して起こらない場合は書かなくてかまいません。"
    ),
    "'None' is not mathematics.": "None は数学ではありません。",
    "'oo' stands for an infinity, at an end of a sum or integral alone: sum(f, k, 0, oo); formulas hold numbers.": (
        "oo は無限大で、和や積分の端にだけ書きます: sum(f, k, 0, oo)。式が表すのは数です。"
    ),
    "{0} is a constant, not a function; write {1}*(...) for a product.": (
        "{0} は定数で、関数ではありません。積なら {1}*(...) と書いてください。"
    ),
    "There is no function {0} here; write {1}.": "関数 {0} はありません。{1} と書いてください。",
    "{0} has {1} and {2} indices in one formula; it can have only one number of them.": (
        "{0} の添字の個数が、一つの式の中で {1} と {2} の二通りあります。どちらか一つにしてください。"
    ),
    "This number could need more than {0} digits.": "この数は {0} 桁を超えるおそれがあります。",
    "This number could exceed 10^{0}.": "この数は 10^{0} を超えるおそれがあります。",
    "A power (or product) of more than {0} is too large.": "{0} 次を超えるべき乗 (または積) は大きすぎます。",
    "This formula is nested or continued over more than {0} levels.": "式の入れ子や続きが {0} 段を超えています。",
    "This formula has more than {0} parts.": "式の部品が {0} 個を超えています。",
    "The numbers in an index are limited to 1 000 000.": "添字の中の数は 1 000 000 までです。",
    "This exponent is a number with too many digits.": "この指数の数は桁が多すぎます。",
    "{0} is no function that is known here.": "{0} という関数は知られていません。",
    "The numbers inside {0}(...) are limited to 1000.": "{0}(...) の中の数は 1000 までです。",
    "diff is written diff(expr, x).": "微分は diff(式, x) と書きます。",
    "diff takes one variable; a second derivative is diff(diff(expr, x), x).": (
        "diff の変数は一つです。二階微分は diff(diff(式, x), x) と書きます。"
    ),
    "{0} is a constant; nothing is assumed of it. Data of that name have an index: {1}": (
        "{0} は定数なので、仮定はつけられません。その名前のデータには添字をつけます: {1}"
    ),
    "An operator is missing here; a product is written with '*'.{0}": (
        "ここに演算子がありません。積は * で書きます。{0}"
    ),
    "There is no function {0} here; {1}": "関数 {0} はありません。{1}",
    "did you mean {0}?": "{0} のことでしょうか。",
    "for a product write {0}*(...).": "積なら {0}*(...) と書いてください。",
    "1 argument": "1 個",
    "{0} arguments": "{0} 個",
    "{0} is a word of the Python language: {1}": "{0} は Python の予約語です。{1}",
    "a range is written sum(f, m, 1, M), and a clause on x[m] holds for every m.": (
        "範囲は sum(f, m, 1, M) と書きます。x[m] についての仮定はすべての m で成り立ちます。"
    ),
    "cases are written Piecewise((value, condition), (other value, True)).": (
        "場合分けは Piecewise((値, 条件), (別の値, True)) と書きます。"
    ),
    "a clause does without it, as x real or M integer >= 1.": (
        "仮定には要りません。x real や M integer >= 1 と書いてください。"
    ),
    "the number itself": "数そのもの",
    "the name itself": "名前そのもの",
    "the place of slope 0: diff(f, x) = 0": "傾きが 0 になる点 diff(f, x) = 0",
    "normcdf(u), or name its inverse": "normcdf(u) か、その逆関数に名前をつけて",
    "sum(f*P, y, 0, oo) or integral(f*P, y, -oo, oo) with the density P": (
        "密度 P を使って sum(f*P, y, 0, oo) か integral(f*P, y, -oo, oo)"
    ),
}
