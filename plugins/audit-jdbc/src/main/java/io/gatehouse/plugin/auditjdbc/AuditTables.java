package io.gatehouse.plugin.auditjdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Makes the tables of the record, or brings those of an earlier release up to date. */
final class AuditTables implements Database.Tables {

    private static final int SCHEMA_VERSION = 4;

    /** What schema 3 has and schema 2 had not: which runs live, and when old rows are next looked for. */
    private static final List<String> SHARED = List.of(
            "create table audit_run (run varchar(64) primary key, beat bigint not null)",
            "create table audit_sweep (due bigint not null)",
            "insert into audit_sweep values (0)");

    @Override
    public String first() {
        return "audit_schema";
    }

    /** @throws SQLException with state {@link Database#NEWER} when a newer release has written them */
    @Override
    public void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int found = version(connection, statement);
            if (found > SCHEMA_VERSION) {
                throw new SQLException("was written by a newer release (schema " + found + ")", Database.NEWER);
            }
            for (String sql : missing(found)) {
                statement.execute(sql);
            }
            if (isH2(connection) && fewNumbers(statement)) {
                statement.execute(EventTable.H2_NUMBERS);
            }
        }
    }

    private static List<String> missing(int found) {
        List<String> missing = new ArrayList<>();
        if (found < SCHEMA_VERSION) {
            if (found == 0) {
                missing.add("create table if not exists audit_schema (version integer not null)");
                missing.addAll(EventTable.CREATE);
            } else {
                if (found < 2) {
                    missing.add(EventTable.ADD_IMPERSONATED);
                }
                missing.add(EventTable.ADD_CREDENTIAL);
            }
            if (found < 3) {
                missing.addAll(SHARED);
            }
            missing.add("insert into audit_schema values (" + SCHEMA_VERSION + ")");
        }
        return missing;
    }

    private static boolean fewNumbers(Statement statement) throws SQLException {
        try (ResultSet cache = statement.executeQuery("select identity_cache from information_schema.columns"
                + " where table_name = 'AUDIT_EVENT' and column_name = 'ID'")) {
            return cache.next() && cache.getLong(1) < EventTable.H2_NUMBERS_AHEAD;
        }
    }

    private static boolean isH2(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseProductName().equals("H2");
    }

    private int version(Connection connection, Statement statement) throws SQLException {
        if (!Database.Tables.has(connection, first())) {
            return 0;
        }
        try (ResultSet version = statement.executeQuery("select max(version) from audit_schema")) {
            version.next();
            return version.getInt(1);
        }
    }
}
