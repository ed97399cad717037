package io.gatehouse.plugin.auditjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.TestEvents;
import io.gatehouse.spi.TestSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the sink does on every database. */
abstract class AuditSinkCases {

    final TestClock clock = new TestClock(TestEvents.TIME);
    final AuditJdbcSinkFactory factory = new AuditJdbcSinkFactory();

    /** What the sinks of this test write to, for a look beside them. */
    abstract Database database();

    abstract AuditSink create(TestSettings settings);

    abstract TestSettings settings();

    Instant databaseTime() {
        return clock.instant();
    }

    /** What stands behind a generated column. */
    String stored() {
        return "";
    }

    final AuditSink create() {
        return create(settings());
    }

    static List<AuditEvent> closes(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(TestEvents::close).toList();
    }

    final List<String> query(String sql) throws SQLException {
        List<String> answers = new ArrayList<>();
        try (Connection connection = database().open();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                answers.add(rows.getString(1));
            }
        }
        return answers;
    }

    @Test
    void everyFieldHasItsColumn() throws SQLException {
        try (AuditSink sink = create()) {
            sink.append(List.of(TestEvents.close(7)));
        }
        assertThat(query("select event_time || ' ' || run || ' ' || sequence || ' ' || kind || ' ' || request_id || ' '"
                        + " || user_name || ' ' || user_uid || ' ' || replace(user_groups, chr(10), ',') || ' '"
                        + " || proof_method || ' ' || authenticator || ' ' || client_address || ' ' || target || ' '"
                        + " || http_method || ' ' || path || ' ' || query || ' ' || protocol || ' ' || upgrade || ' '"
                        + " || user_agent || ' ' || upper(cast(k8s_resource_request as varchar)) || ' ' || k8s_verb || ' ' || k8s_group || ' '"
                        + " || k8s_version || ' ' || k8s_namespace || ' ' || k8s_resource || ' ' || k8s_subresource"
                        + " || ' ' || k8s_name || ' ' || k8s_field_selector || ' ' || k8s_label_selector || ' '"
                        + " || decision || ' ' || reason || ' ' || status || ' ' || bytes_in || ' ' || bytes_out"
                        + " || ' ' || duration_us || ' ' || end_reason from audit_event"))
                .containsExactly("2026-06-01 12:00:00.123456+00 run-1 7 close request-7 alice 42 dev,ops basic staff"
                        + " 10.0.0.1 prod GET /api watch=1 HTTP/1.1  kubectl TRUE watch apps v1 zoo pods log lion a=b"
                        + " c=d allow policy.csv:7 200 1 2 3000 complete");
    }

    @Test
    void oddAndLongTextsAreKeptAsFarAsTheyFit() throws SQLException {
        String odd = "\u0000a\ud800b\ud83e\udd81'; drop table audit_event; --";
        try (AuditSink sink = create()) {
            sink.append(List.of(
                    TestEvents.event(1, AuditEvent.Kind.CLOSE, "a", odd),
                    TestEvents.event(2, AuditEvent.Kind.CLOSE, "b", "x".repeat(70_000)),
                    TestEvents.event(
                            3, AuditEvent.Kind.CLOSE, "c".repeat(500), "x".repeat(4089) + "\ud83e\udd81".repeat(9))));
        }
        assertThat(query("select path from audit_event order by sequence"))
                .containsExactly(
                        "\ufffda\ufffdb\ud83e\udd81'; drop table audit_event; --",
                        "x".repeat(4090) + "\u2026[cut]",
                        "x".repeat(4089) + "\ufffd\u2026[cut]");
        assertThat(query("select request_id from audit_event where sequence = 3"))
                .containsExactly("c".repeat(122) + "\u2026[cut]");
    }

    @Test
    void aBatchThatIsOfferedAgainIsNotRepeated() throws SQLException {
        try (AuditSink sink = create()) {
            sink.append(closes(1, 10));
        }
        try (AuditSink sink = create()) {
            assertThat(sink.append(closes(5, 15))).isEqualTo(15);
        }
        assertThat(query("select sequence from audit_event order by id"))
                .isEqualTo(
                        LongStream.rangeClosed(1, 15).mapToObj(Long::toString).toList());
    }

    @Test
    void aFailedBatchLeavesNothingAndTheNextAttemptWorks() throws SQLException {
        try (AuditSink sink = create()) {
            sink.append(List.of(TestEvents.open(1)));
            try (Connection connection = database().open();
                    Statement statement = connection.createStatement()) {
                statement.execute("alter table audit_event add constraint no_three check (sequence <> 3)");
                connection.commit();
                assertThatIllegalStateException()
                        .isThrownBy(() ->
                                sink.append(List.of(TestEvents.closeOf(TestEvents.open(1), 2), TestEvents.open(3))))
                        .withMessageStartingWith("the audit database can not be written: ");
                statement.execute("alter table audit_event drop constraint no_three");
                connection.commit();
            }
            assertThat(query("select request_id from audit_open")).containsExactly("request-1");
            assertThat(sink.append(List.of(TestEvents.closeOf(TestEvents.open(1), 2), TestEvents.open(3))))
                    .isEqualTo(3);
            assertThat(query("select request_id from audit_open")).containsExactly("request-3");
        }
        assertThat(query("select sequence from audit_event order by id")).containsExactly("1", "2", "3");
    }

    /** As a database in another encoding would do it. */
    @Test
    void anEventThatTheDatabaseDoesNotTakeIsWrittenPlainly() throws SQLException {
        String odd = "/\u00e9\ud83e\udd81/".repeat(500);
        try (AuditSink sink = create()) {
            try (Connection connection = database().open();
                    Statement statement = connection.createStatement()) {
                statement.execute("alter table audit_event add column odd integer generated always as"
                        + " (1 / (case when path like '%\u00e9%' or length(path) > 250 then 0 else 1 end))" + stored());
                connection.commit();
            }
            assertThat(sink.append(List.of(
                            TestEvents.open(1),
                            TestEvents.event(2, AuditEvent.Kind.OPEN, "odd", odd),
                            TestEvents.closeOf(TestEvents.open(1), 3))))
                    .isEqualTo(3);
            assertThat(query("select request_id from audit_open")).containsExactly("odd");
            assertThat(sink.append(
                            List.of(TestEvents.event(4, AuditEvent.Kind.CLOSE, "odd", odd), TestEvents.close(5))))
                    .isEqualTo(5);
        }
        String plain = "/??/".repeat(48) + "/?...[cut]";
        assertThat(query("select path from audit_event order by sequence"))
                .containsExactly("/api", plain, "/api", plain, "/api");
        assertThat(query("select request_id from audit_open")).isEmpty();
    }

    @Test
    void oldRowsAreDeletedInSlicesBetweenBatches() throws SQLException {
        long old = Retention.SLICE * 2L + 500;
        try (AuditSink sink = create(settings().with(AuditJdbcSinkFactory.RETENTION, Duration.ofDays(1)))) {
            sink.append(dated(
                    closes(1, old), databaseTime().minus(Duration.ofDays(1).plusSeconds(1))));
            assertThat(query("select count(*) from audit_event")).containsExactly(Long.toString(old - Retention.SLICE));
            for (long sequence = old + 1; sequence <= old + 3; sequence++) {
                assertThat(sink.append(dated(closes(sequence, sequence), databaseTime())))
                        .isEqualTo(sequence);
            }
        }
        assertThat(query("select sequence from audit_event order by id"))
                .containsExactly(Long.toString(old + 1), Long.toString(old + 2), Long.toString(old + 3));
    }

    @Test
    void withoutARetentionEverythingStays() throws SQLException {
        try (AuditSink sink = create(settings().with(AuditJdbcSinkFactory.RETENTION, Duration.ZERO))) {
            sink.append(closes(1, 10));
            clock.advance(Duration.ofDays(10_000));
            sink.append(closes(11, 11));
        }
        assertThat(query("select count(*) from audit_event")).containsExactly("11");
    }

    static List<AuditEvent> dated(List<AuditEvent> events, Instant time) {
        return events.stream()
                .map(event -> new AuditEvent(
                        event.sequence(),
                        event.run(),
                        event.kind(),
                        event.requestId(),
                        time,
                        event.subject(),
                        event.request(),
                        event.verdict(),
                        event.completion()))
                .toList();
    }
}
