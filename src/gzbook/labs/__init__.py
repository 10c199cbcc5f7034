"""Labs for a notebook: controls, and a table and chart that answer at once.

Each lab has two halves in one module. A pure function (``answer``) makes the table and the chart
out of choices, and knows nothing of controls. A public function (``regression_lab`` and so on)
puts controls in front of it, through `lab.Lab`.

They need ipywidgets (the extra ``lab``) and a running kernel. On the website, where there is none,
a script answers (`page`): each module's ``page`` gives it the numbers, and its templates the words.
"""
