package io.gatehouse.plugin.auditjdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Makes the two tables of the store. */
final class StateTables implements Database.Tables {

    @Override
    public String first() {
        return "state_entry";
    }

    @Override
    public void create(Connection connection) throws SQLException {
        if (Database.Tables.has(connection, "state_label")) { // "create … if not exists" needs the right to create
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists state_entry (kind varchar(32) not null,"
                    + " entry_key varchar(128) not null, version bigint not null, entry_value varchar(262144) not null,"
                    + " expires bigint not null, written bigint not null, primary key (kind, entry_key))");
            statement.execute("create index if not exists state_entry_written on state_entry (kind, written)");
            statement.execute("create index if not exists state_entry_expires on state_entry (expires)");
            statement.execute("create table if not exists state_label (kind varchar(32) not null,"
                    + " label varchar(200) not null, entry_key varchar(128) not null,"
                    + " primary key (kind, label, entry_key))");
            statement.execute("create index if not exists state_label_key on state_label (kind, entry_key)");
        }
    }
}
