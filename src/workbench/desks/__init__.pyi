from .places import Place as Place
from .places import say_failure as say_failure
from .widget import Desk as Desk
from .widget import draw_script as draw_script
from .widget import draw_style as draw_style
from .widget import open_widget as open_widget

__all__ = ["Desk", "Place", "draw_script", "draw_style", "open_widget", "say_failure"]
