"""Let the database refuse changes to the audit trail, and note each new line as waiting for its seal."""

from django.db import migrations

SQLITE = [
    """
    CREATE TRIGGER core_auditline_waits AFTER INSERT ON core_auditline
    BEGIN
        INSERT INTO core_auditwaiting (line_id) VALUES (NEW.id);
    END
    """,
    # INSERT OR REPLACE removes the old row without asking the triggers on DELETE.
    """
    CREATE TRIGGER core_auditline_no_replace BEFORE INSERT ON core_auditline
    WHEN EXISTS (SELECT 1 FROM core_auditline WHERE id = NEW.id)
    BEGIN
        SELECT RAISE(ABORT, 'the audit trail only grows');
    END
    """,
    """
    CREATE TRIGGER core_auditbatch_no_replace BEFORE INSERT ON core_auditbatch
    WHEN EXISTS (
        SELECT 1 FROM core_auditbatch WHERE id = NEW.id OR head = NEW.head OR previous = NEW.previous
    )
    BEGIN
        SELECT RAISE(ABORT, 'the audit trail only grows');
    END
    """,
    *(
        f"""
        CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
        BEGIN
            SELECT RAISE(ABORT, 'the audit trail only grows');
        END
        """
        for table in ("core_auditline", "core_auditbatch")
        for verb in ("update", "delete")
    ),
]

SQLITE_BACK = [
    "DROP TRIGGER core_auditline_waits",
    "DROP TRIGGER core_auditline_no_replace",
    "DROP TRIGGER core_auditbatch_no_replace",
    "DROP TRIGGER core_auditline_no_update",
    "DROP TRIGGER core_auditline_no_delete",
    "DROP TRIGGER core_auditbatch_no_update",
    "DROP TRIGGER core_auditbatch_no_delete",
]

POSTGRESQL = [
    """
    CREATE OR REPLACE FUNCTION core_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit trail only grows' USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION core_audit_line_waits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO core_auditwaiting (line_id) VALUES (NEW.id);
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER core_auditline_waits AFTER INSERT ON core_auditline
    FOR EACH ROW EXECUTE FUNCTION core_audit_line_waits()
    """,
    *(
        f"""
        CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION core_audit_only_grows()
        """
        for table in ("core_auditline", "core_auditbatch")
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION core_audit_only_grows()
        """
        for table in ("core_auditline", "core_auditbatch")
    ),
]

POSTGRESQL_BACK = [
    "DROP FUNCTION core_audit_line_waits() CASCADE",
    "DROP FUNCTION core_audit_only_grows() CASCADE",
]


def guard(apps, schema_editor):
    """Create the triggers."""
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    """Drop the triggers."""
    for statement in {"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_core_tables")]

    operations = [migrations.RunPython(guard, unguard)]
