"""The errors that a function's code can raise or record, found by reading it and what it uses of the layers."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from docent.errors import DocentError

# The door of every function of the API: what it can answer is the same for all of them.
DOOR = ("docent.api", "docent.contract")

type Errors = Mapping[str, type[DocentError]]


@dataclass
class Module:
    """One file: its top-level definitions by name, and where the names that it imports come from."""

    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text())

    @cached_property
    def definitions(self) -> dict[str, ast.FunctionDef | ast.ClassDef]:
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}

    @cached_property
    def imports(self) -> dict[str, tuple[str, str]]:
        """`{name here: (module, name there)}`; a module that is imported as such has no name there."""
        return {
            alias.asname or alias.name: ("." * node.level + (node.module or ""), alias.name)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }


@dataclass
class Reader:
    """Follows names from definition to definition, through a function's packages and the layers."""

    layers: Sequence[Path]
    errors: Errors
    _folder: Path = Path()
    _modules: dict[Path, Module] = field(default_factory=dict)
    _found: dict[tuple[Path, str], set[str]] = field(default_factory=dict)

    def raised(self, folder: Path) -> set[str]:
        """The errors of a function whose folder this is, without those that its code catches itself."""
        self._folder = folder
        module = self._module(folder / "app.py")
        return {error for node in module.tree.body for error in self._of(node, module)}

    def _of_definition(self, path: Path, name: str, method: str = "") -> set[str]:
        """Of a function; of a class what its instances' methods can raise, and one method that it is asked for."""
        module, key = self._module(path), (path, f"{name}.{method}")
        if key not in self._found and name in module.definitions:
            self._found[key] = set()  # of a definition that names itself
            node = module.definitions[name]
            parts = node.body if isinstance(node, ast.FunctionDef) else _methods(node, method)
            self._found[key] = {error for part in parts for error in self._of(part, module)}
        return self._found.get(key, set())

    def _of(self, node: ast.AST, module: Module) -> Iterator[str]:
        match node:
            case ast.Try():
                caught = tuple(self._caught(node))
                inner = {error for each in node.body for error in self._of(each, module)}
                yield from (error for error in inner if not issubclass(self.errors[error], caught))
                for part in (*(each for handler in node.handlers for each in handler.body), *node.orelse):
                    yield from self._of(part, module)
            case ast.Name():
                yield from self._of_name(node.id, module)
            case ast.Attribute(value=ast.Name(id=name), attr=method):
                yield from self._of_name(name, module, method)
            case ast.arg():
                return  # only its annotation names anything
            case ast.AnnAssign():
                yield from self._of(node.value, module) if node.value else ()
            case ast.FunctionDef():
                for part in (*node.args.defaults, *node.decorator_list, *node.body):
                    yield from self._of(part, module)
            case _:
                for child in ast.iter_child_nodes(node):
                    yield from self._of(child, module)

    def _caught(self, node: ast.Try) -> Iterator[type[DocentError]]:
        known = {**self.errors, **{kind.__name__: kind for kind in DocentError.__subclasses__()}}
        for handler in node.handlers:
            for name in ast.walk(handler.type) if handler.type else ():
                if isinstance(name, ast.Name) and name.id in known:
                    yield known[name.id]

    def _of_name(self, name: str, module: Module, method: str = "") -> Iterator[str]:
        if name in self.errors:
            yield name
        elif name in module.imports:
            source, there = module.imports[name]
            path = None if source in DOOR else self._path_of(source, module.path)
            if path:
                yield from self._of_definition(path, there, method)
        else:
            yield from self._of_definition(module.path, name, method)

    def _path_of(self, source: str, importer: Path) -> Path | None:
        candidates = (
            [importer.parent / f"{source[1:]}.py"]
            if source.startswith(".")
            else [root / f"{source.replace('.', '/')}.py" for root in (self._folder, *self.layers)]
        )
        return next((path for path in candidates if path.exists()), None)

    def _module(self, path: Path) -> Module:
        return self._modules.setdefault(path, Module(path))


def _methods(node: ast.ClassDef, wanted: str) -> Iterator[ast.stmt]:
    """Those of instances, and the one that the class itself is asked for."""
    for each in node.body:
        decorators = each.decorator_list if isinstance(each, ast.FunctionDef) else []
        named = {name.id for name in decorators if isinstance(name, ast.Name)}
        own_name = each.name if isinstance(each, ast.FunctionDef) else ""
        if not named & {"classmethod", "staticmethod"} or own_name == wanted:
            yield each
