package io.gatehouse.plugin.auditjdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Makes the tables of the record, or brings those of an earlier release up to date. */
final class AuditTables {

    private static final int SCHEMA_VERSION = 2;

    private AuditTables() {}

    /** @throws SQLException with state {@link H2Database#NEWER} when a newer release has written them */
    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists audit_schema (version integer not null)");
            int found;
            try (ResultSet version = statement.executeQuery("select max(version) from audit_schema")) {
                version.next();
                found = version.getInt(1);
            }
            if (found > SCHEMA_VERSION) {
                throw new SQLException("was written by a newer release (schema " + found + ")", H2Database.NEWER);
            }
            if (found == SCHEMA_VERSION) {
                return;
            }
            if (found == 1) {
                statement.execute(EventTable.ADD_IMPERSONATED);
            } else {
                for (String sql : EventTable.CREATE) {
                    statement.execute(sql);
                }
            }
            statement.execute("insert into audit_schema values (" + SCHEMA_VERSION + ")");
        }
    }
}
