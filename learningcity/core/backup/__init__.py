"""Backups: one archive with the database, the files, the secret key and the heads of the audit trail.

The archive depends on no database: what was taken from SQLite can be restored to PostgreSQL and back.
"""

from learningcity.core.backup.restoring import restore_data
from learningcity.core.backup.taking import back_up_data

__all__ = ["back_up_data", "restore_data"]
