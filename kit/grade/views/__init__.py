"""What others read: each view is a function from a record, or from all records of a class, to the text of a file."""

from kit.grade.views.autograders import classroom, exercism, gradescope
from kit.grade.views.classroom50 import classroom50
from kit.grade.views.junit import junit
from kit.grade.views.summary import summary
from kit.grade.views.tables import canvas, grades, moodle

OF_ONE = {  # options of the command line
    "gradescope": gradescope,
    "junit": junit,
    "summary": summary,
    "classroom": classroom,
    "classroom50": classroom50,
    "exercism": exercism,
}
OF_A_CLASS = {"grades.csv": grades, "moodle.csv": moodle, "canvas.csv": canvas}
