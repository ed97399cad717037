package io.gatehouse.plugin.auditjdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Where the tables are: one file of H2's, or a PostgreSQL server that replicas share. */
interface Database {

    /** The SQL state of a database that a newer release has written. */
    String NEWER = "GATE1";

    /** Makes what is missing of the tables, in a transaction. */
    interface Tables {

        /** One of them, that is there when all are. */
        String first();

        void create(Connection connection) throws SQLException;

        /** Whether a table is in the schema where a new one would be made. */
        static boolean has(Connection connection, String table) throws SQLException {
            try (PreparedStatement select = connection.prepareStatement("select count(*) from information_schema.tables"
                    + " where table_schema = current_schema and lower(table_name) = ?")) {
                select.setString(1, table);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    return row.getInt(1) > 0;
                }
            }
        }
    }

    /** A connection without automatic commit, to a database that has its tables. */
    Connection open() throws SQLException;

    /** How many connections a store may have. */
    int connections();

    /** Whether other processes may write to it at the same time. */
    boolean shared();

    /** Milliseconds since 1970, by the clock that all who share the database go by. */
    long millis(Connection connection) throws SQLException;

    /** What an administrator has to know of a failure, as in "database x …". */
    String explain(SQLException failure);

    /** What is wrong when it is tried now, making nothing; nothing when all is well, or there is nothing to try. */
    Optional<String> tryConnection();

    /** Its name in messages; shows no secret. */
    @Override
    String toString();
}
