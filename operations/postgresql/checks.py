"""A check constraint that PostgreSQL compiles once for each connection."""

from collections.abc import Sequence
from functools import reduce
from operator import and_
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import CheckConstraint, Model, Q
from django.db.models.sql import Query

CREATE = """CREATE FUNCTION {function}({table} {table}) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    {rules}
    RETURN true;
END $$;
ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({function}({table}.*))"""
RULE = """IF NOT ({condition}) THEN
        RAISE EXCEPTION 'A row breaks the rule %.', {name}
            USING ERRCODE = 'check_violation', TABLE = {table}, CONSTRAINT = {name};
    END IF;"""
REMOVE = "ALTER TABLE {table} DROP CONSTRAINT {name}; DROP FUNCTION {function}({table})"


class CompiledChecks(CheckConstraint):
    """The rules of a table with frequent writes, as one check constraint.

    PostgreSQL parses every check of a table again for each statement that writes to the table
    (docs/adr/0083-compiled-checks.md). This check only calls a function, which contains the rules.
    As with an ordinary check, the error names the rule that a row breaks. It reveals nothing about
    the row.
    """

    def __init__(self, *, rules: dict[str, Q], name: str) -> None:
        # Sorted by name, as Django writes them into a migration.
        self.rules = dict(sorted(rules.items()))
        super().__init__(condition=reduce(and_, self.rules.values()), name=name)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, _of_check = super().deconstruct()
        return path, args, {"rules": self.rules, "name": self.name}

    def constraint_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Add nothing to CREATE TABLE. The check is added later, as its function takes a row."""
        assert schema_editor
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def create_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        assert model
        assert schema_editor
        rules = [
            RULE.format(
                condition=condition_sql(rule, model, schema_editor),
                name=schema_editor.quote_value(name),
                table=schema_editor.quote_value(model._meta.db_table),
            )
            for name, rule in self.rules.items()
        ]
        return CREATE.format(rules="\n    ".join(rules), **self.names(model))

    def remove_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        assert model
        return REMOVE.format(**self.names(model))

    def names(self, model: type[Model]) -> dict[str, str]:
        return {
            "table": model._meta.db_table,
            "name": self.name,
            "function": f"{model._meta.app_label}_{self.name}",
        }


def condition_sql(rule: Q, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
    """Return the rule in SQL, with each column qualified by the name of its table."""
    query = Query(model)
    compiler = query.get_compiler(connection=schema_editor.connection)
    sql, values = query.build_where(rule).as_sql(compiler, schema_editor.connection)
    return sql % tuple(schema_editor.quote_value(value) for value in values)
