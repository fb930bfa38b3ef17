"""Why LaTeX is not read as mathematics, in Japanese; see `refused_in_words`."""

from __future__ import annotations

REFUSED_LATEX = {
    "The function {0} is not known here.": "関数 {0} は知られていません。",
    "A clause says what a quantity is: y \\in \\{0, 1\\}, 0 < p < 1.": (
        "仮定は、量が何であるかを書きます: y \\in \\{0, 1\\}, 0 < p < 1。"
    ),
    "A '$' stands at both ends of a formula or nowhere.": "$ は式の両端に書くか、まったく書かないかのどちらかです。",
    "A sum over a set or under a condition is beyond scalar formulas.": (
        "集合についての和や条件つきの和は、数の式の範囲を超えています。"
    ),
    "{0} is beyond scalar formulas.": "{0}は、数の式の範囲を超えています。",
    "The range of this logsumexp is not understood.": "この logsumexp の範囲を読み取れませんでした。",
    "A sum over a set is beyond scalar formulas.": "集合についての和は、数の式の範囲を超えています。",
    "A sum under a condition is beyond scalar formulas.": "条件つきの和は、数の式の範囲を超えています。",
    "This bracket closes nothing that was opened.": "この括弧に対応する開き括弧がありません。",
    "This bracket is not closed.": "この括弧が閉じていません。",
    "This bracket closes one of another kind.": "この括弧は、種類の違う括弧を閉じています。",
    "{0}^{-1}(x) is an inverse function or 1/{1}(x): write {2} or 1/{3}(x).": (
        "{0}^{-1}(x) は逆関数とも 1/{1}(x) とも読めます。{2} か 1/{3}(x) と書いてください。"
    ),
    "The largest or smallest value over a set is beyond scalar formulas.": (
        "集合の上での最大値や最小値は、数の式の範囲を超えています。"
    ),
    "A prime differentiates a function of one argument.": "プライムで微分できるのは、引数が一つの関数です。",
    "The argument of this function is missing.": "この関数の引数がありません。",
    "The probability of an event is beyond scalar formulas.": "事象の確率は、数の式の範囲を超えています。",
    "The argument of softmax is missing.": "softmax の引数がありません。",
    "A vector of softmax values without an index is beyond scalar formulas.": (
        "添字のない softmax のベクトルは、数の式の範囲を超えています。"
    ),
    "A subscript stands only at a name.": "下つき添字は名前にだけつけられます。",
    "An expectation is beyond scalar formulas.": "期待値は、数の式の範囲を超えています。",
    "A prime at this function is read where its argument is a name.": (
        "この関数のプライムは、引数が名前のときに読めます。"
    ),
    "This is not understood here: {0}.": "ここを読み取れませんでした: {0}。",
    "This number has more than 60 digits.": "この数は 60 桁を超えています。",
    "'{0}' claims no equality.": "{0} は等しいことを述べていません。",
    "'{0}' is beyond scalar formulas.": "{0} は、数の式の範囲を超えています。",
    "These words are not understood: {0}.": "これらの語を読み取れませんでした: {0}。",
    "The order of a derivative is a number up to 4.": "微分の階数は 4 までの数です。",
    "What is differentiated is missing here.": "微分される式がここにありません。",
    "The order above and the variables below do not fit.": "上の階数と下の変数が合いません。",
    "A derivative is taken by one name or element.": "微分は一つの名前か要素で行います。",
    "A derivative by a transposed vector is beyond scalar formulas.": (
        "転置したベクトルによる微分は、数の式の範囲を超えています。"
    ),
    "A derivative is taken by a quantity that varies.": "微分は、動く量で行います。",
    "A derivative by a vector holds for each component.": "ベクトルによる微分は、成分ごとに成り立ちます。",
    "A derivative is written \\frac{\\partial f}{\\partial x}.": "微分は \\frac{\\partial f}{\\partial x} と書きます。",
    "A matrix of second derivatives is beyond scalar formulas; write one of its elements.": (
        "二階微分の行列は、数の式の範囲を超えています。その要素の一つを書いてください。"
    ),
    "A gradient without its variable is beyond scalar formulas; write \\nabla_w.": (
        "変数のない勾配は、数の式の範囲を超えています。\\nabla_w と書いてください。"
    ),
    "A gradient is taken by one name.": "勾配は一つの名前についてとります。",
    "A gradient is taken by a quantity that varies.": "勾配は、動く量についてとります。",
    "The pattern around the dots is not understood; write a sum or a product.": (
        "点々の前後の並びを読み取れませんでした。和か積で書いてください。"
    ),
    "The terms around the dots do not follow one pattern.": "点々の前後の項が一つの規則に従っていません。",
    "The terms before the dots do not follow one pattern.": "点々の前の項が一つの規則に従っていません。",
    "Matrices are beyond scalar formulas.": "行列は、数の式の範囲を超えています。",
    "This case distinction is empty.": "この場合分けには何もありません。",
    "This condition is not understood.": "この条件を読み取れませんでした。",
    "The condition of this indicator is missing.": "この指示関数の条件がありません。",
    "A power of an indicator is the indicator; leave the exponent out.": (
        "指示関数のべき乗は指示関数そのものです。指数を取ってください。"
    ),
    "{0}{1} is beyond scalar formulas.": "{0}{1}は、数の式の範囲を超えています。",
    "A column times a row is a matrix: beyond scalar formulas.": (
        "列ベクトルと行ベクトルの積は行列で、数の式の範囲を超えています。"
    ),
    "Products of matrices are beyond scalar formulas.": "行列の積は、数の式の範囲を超えています。",
    "A vector stands here where a number is needed.": "数が必要なところにベクトルがあります。",
    "A prime stands only at a function or a name.": "プライムは関数か名前にだけつけられます。",
    "A transpose of something that is no vector is beyond scalar formulas.": (
        "ベクトルでないものの転置は、数の式の範囲を超えています。"
    ),
    "An index is made of letters and whole numbers with + and -.": "添字は、文字と整数を + と - でつないで書きます。",
    "An accent stands on one letter.": "アクセント記号は一文字の上につけます。",
    "Rounding brackets and inner products in angles are beyond scalar formulas.": (
        "切り上げ・切り捨ての括弧や山括弧の内積は、数の式の範囲を超えています。"
    ),
    "A vector written out by its components is beyond scalar formulas.": (
        "成分を並べて書いたベクトルは、数の式の範囲を超えています。"
    ),
    "Several things stand side by side in this bracket.": "この括弧の中に複数のものが並んでいます。",
    "Norms other than the Euclidean one are beyond scalar formulas.": (
        "ユークリッドノルム以外のノルムは、数の式の範囲を超えています。"
    ),
    "This is not understood: {0}.": "読み取れませんでした: {0}。",
    "This formula is too large.": "この式は大きすぎます。",
    "A complex number is beyond scalar formulas.": "複素数は、数の式の範囲を超えています。",
    "This range is not understood; write i = 1, \\dots, n.": (
        "この範囲を読み取れませんでした。i = 1, \\dots, n と書いてください。"
    ),
    "This set is not understood.": "この集合を読み取れませんでした。",
    "This set is not understood; write {0, 1}, (0, 1) or \\mathbb{R}.": (
        "この集合を読み取れませんでした。{0, 1}、(0, 1)、\\mathbb{R} のように書いてください。"
    ),
    "A vector or a matrix is declared here; an assumption is about numbers.": (
        "ここではベクトルか行列が宣言されていますが、仮定は数についてのものです。"
    ),
    "An interval has two ends.": "区間には二つの端があります。",
    "Write one bound as x > 0.": "片側だけの限界は x > 0 のように書いてください。",
    "An assumption has at most two bounds.": "一つの仮定の限界は二つまでです。",
    "An assumption is about one quantity.": "仮定は一つの量についてのものです。",
    "A power inside a subscript is not understood.": "下つき添字の中のべき乗を読み取れませんでした。",
    "This subscript is not understood.": "この下つき添字を読み取れませんでした。",
    "More than two indices are beyond what is read here.": "三つ以上の添字は、ここで読める範囲を超えています。",
    "The shapes do not fit: a {0} is said to equal a {1}.": "形が合いません: {0} が {1} に等しいと書かれています。",
    "A number or a vector is said to be a vector or a matrix here.": (
        "数かベクトルが、ベクトルか行列に等しいと書かれています。"
    ),
    "{0} beyond scalar formulas.": "{0}、数の式の範囲を超えています。",
    "The sizes of what is multiplied here do not fit.": "掛け合わせるものの大きさが合いません。",
    "An inverse matrix is beyond scalar formulas.": "逆行列は、数の式の範囲を超えています。",
    "A power or a part of a matrix is beyond what is read here.": (
        "行列のべき乗や一部分は、ここで読める範囲を超えています。"
    ),
    "This derivative is beyond what is read of vectors and matrices.": (
        "この微分は、ベクトルと行列について読める範囲を超えています。"
    ),
    "A second derivative by a matrix is beyond what is read here.": (
        "行列による二階微分は、ここで読める範囲を超えています。"
    ),
    "A trace is that of a matrix.": "トレースは行列についてとります。",
    "A diagonal matrix is made of a vector here.": "対角行列はここではベクトルから作ります。",
    "A quotient of vectors is beyond scalar formulas.": "ベクトルの商は、数の式の範囲を超えています。",
    "This '}' closes nothing that was opened.": "この } に対応する { がありません。",
    "This '{' is not closed.": "この { が閉じていません。",
    "Something is missing here.": "ここに何かが足りません。",
    "This environment is not closed by \\end{...}.": "この環境が \\end{...} で閉じられていません。",
    "A number and a vector stand side by side.": "数とベクトルが並んでいます。",
    "The sizes of what is put together here do not fit.": "ここで組み合わせるものの大きさが合いません。",
    "With its abbreviations written out this formula is too large.": "略記を書き下すと、この式は大きくなりすぎます。",
    "This formula is too long: more than {0} characters.": "この式は長すぎます。{0} 文字までです。",
    "An abbreviation is defined as \\newcommand{\\name}{...}.": "略記は \\newcommand{\\name}{...} の形で定義します。",
    "This formula is too large: more than {0} signs.": "この式は大きすぎます。記号が {0} 個を超えています。",
    "The abbreviation \\{0} stands for itself: it has no end.": "略記 \\{0} は自分自身を使っていて、終わりません。",
    "There are more than {0} abbreviations.": "略記が {0} 個を超えています。",
    "\\sigma^{0}(x) is a power of the function or of a scale: write {1}.": (
        "\\sigma^{0}(x) は関数のべき乗とも尺度のべき乗とも読めます。{1} と書いてください。"
    ),
    "softmax of a vector that is no name is beyond scalar formulas.": (
        "名前でないベクトルの softmax は、数の式の範囲を超えています。"
    ),
    "\\{0} takes parameters of a kind that is not put in; write it out.": (
        "\\{0} の引数の形は展開できないので、書き下してください。"
    ),
    "The difference of the values at two ends is beyond scalar formulas.": "両端での値の差はスカラーの式の範囲外です。",
    "The place of a maximum": "最大になる点",
    "The place of a minimum": "最小になる点",
    "A place of a maximum": "最大になる点",
    "A place of a minimum": "最小になる点",
    "This operator": "この演算子",
    "A complex number": "複素数",
    "A diagonal matrix": "対角行列",
    "A per cent of what is no number": "数でないもののパーセント",
    "An inverse matrix is": "逆行列は",
    "A power of a vector or a matrix is": "ベクトルや行列のべき乗は",
    "The command \\{0}": "コマンド \\{0} ",
    "the inverse function under a name of its own,": "逆関数に別の名前をつけたもの、",
    "The referee failed on this claim ({0}); please report it.": (
        "審判がこの式で失敗しました ({0})。ご報告いただければ助かります。"
    ),
}
