"""A check of a table that PostgreSQL compiles once for each connection."""

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
    """The rules of a table that people write to all the time, as one check.

    PostgreSQL reads the text of every check of a table anew for each statement that writes to it
    (docs/adr/0083-compiled-checks.md). This one has only the call of a function, which contains
    the rules. The error names the rule that a row breaks, as that of a check would, and tells
    nothing of the row.
    """

    def __init__(self, *, rules: dict[str, Q], name: str) -> None:
        # In the order of their names, in which Django writes them into a migration.
        self.rules = dict(sorted(rules.items()))
        super().__init__(condition=reduce(and_, self.rules.values()), name=name)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, _of_check = super().deconstruct()
        return path, args, {"rules": self.rules, "name": self.name}

    def constraint_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Nothing within CREATE TABLE, which it follows: its function takes a row of the table."""
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
    """The rule in SQL, in which each column stands behind the name of its table."""
    query = Query(model)
    compiler = query.get_compiler(connection=schema_editor.connection)
    sql, values = query.build_where(rule).as_sql(compiler, schema_editor.connection)
    return sql % tuple(schema_editor.quote_value(value) for value in values)
