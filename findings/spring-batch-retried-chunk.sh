#!/bin/sh
# The retry of a chunk in Spring Batch 6.
#
# Guess:  between two attempts to write a chunk its transaction is rolled back, as it always was: each attempt begins with nothing.
# Seen:   Spring Batch 6.0.6 on PostgreSQL 18.6. In the step that chunk(3) builds, new in 6.0, all attempts are in one transaction. If
#         what failed was something else, such as a call of a service, the rows in front of it are written again: they are there
#         twice, and the step is COMPLETED, with 3 written. If it was the database, with a serialization failure or a deadlock, for
#         which retries are made, PostgreSQL refuses every further statement of the transaction, and no retry works. The step of
#         chunk(3, transactionManager), which is deprecated for it, does as it did in version 5.
# Matters: who follows the deprecation changes the two words, and every retry that has worked for years pays twice or fails the job.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=
. "$(dirname "$0")/postgres.inc"
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
for module in core infrastructure; do
  get org/springframework/batch spring-batch-$module 6.0.6
done
for module in core beans aop context expression tx jdbc; do
  get org/springframework spring-$module 7.0.10
done
get org/springframework/retry spring-retry 2.0.13
get io/micrometer micrometer-core 1.16.8
get io/micrometer micrometer-commons 1.16.8
get io/micrometer micrometer-observation 1.16.8
get org/jspecify jspecify 1.0.0
get commons-logging commons-logging 1.3.5
cat > "$work/Chunks.java" <<'J'
import java.sql.*;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.batch.core.job.*;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.ResourcelessJobRepository;
import org.springframework.batch.core.step.*;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.*;
import org.springframework.batch.infrastructure.item.support.ListItemReader;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.interceptor.DefaultTransactionAttribute;

public class Chunks {
    private static DataSource database;
    private static JdbcTemplate jdbc;
    private static boolean failed;

    public static void main(String[] url) throws Exception {
        database = new DriverManagerDataSource(url[0]);
        jdbc = new JdbcTemplate(database);
        jdbc.execute("CREATE TABLE paid (item INT)");
        jdbc.execute("CREATE TABLE account (balance INT)");
        jdbc.execute("INSERT INTO account VALUES (0)");
        System.out.println("the first attempt at 1, 2, 3 | with chunk(3, transactionManager) | with chunk(3)");
        row("fails behind item 2: no answer", IllegalStateException.class, () -> {
            throw new IllegalStateException("no answer");
        });
        row("fails behind item 2: 40001", ConcurrencyFailureException.class, () -> {
            try (Connection other = database.getConnection()) {
                other.createStatement().execute("UPDATE account SET balance = balance + 100");
            }
            jdbc.update("UPDATE account SET balance = balance + 1");
        });
    }

    interface Failure {
        void happen() throws Exception;
    }

    private static void row(String what, Class<? extends Throwable> retried, Failure failure) throws Exception {
        System.out.println(what + " | " + run(false, retried, failure) + " | " + run(true, retried, failure));
    }

    private static String run(boolean isNew, Class<? extends Throwable> retried, Failure failure) throws Exception {
        failed = false;
        jdbc.update("DELETE FROM paid");
        JobRepository repository = new ResourcelessJobRepository();
        JdbcTransactionManager transactions = new JdbcTransactionManager(database);
        DefaultTransactionAttribute attribute = new DefaultTransactionAttribute();
        attribute.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        ItemReader<Integer> reader = new ListItemReader<>(List.of(1, 2, 3));
        ItemWriter<Integer> writer = chunk -> {
            for (int item : chunk) {
                jdbc.update("INSERT INTO paid VALUES (?)", item);
                if (item == 2 && !failed) {
                    failed = true;
                    failure.happen();
                }
            }
        };
        Step step = isNew
                ? new StepBuilder("pay", repository).<Integer, Integer>chunk(3).transactionManager(transactions)
                        .transactionAttribute(attribute).reader(reader).writer(writer)
                        .faultTolerant().retry(retried).retryLimit(3).build()
                : new StepBuilder("pay", repository).<Integer, Integer>chunk(3, transactions)
                        .transactionAttribute(attribute).reader(reader).writer(writer)
                        .faultTolerant().retry(retried).retryLimit(3).build();
        Job job = new JobBuilder("payments", repository).start(step).build();
        JobParameters none = new JobParameters();
        JobExecution execution = repository.createJobExecution(repository.createJobInstance("payments", none), none, new ExecutionContext());
        job.execute(execution);
        StepExecution done = execution.getStepExecutions().iterator().next();
        return execution.getStatus() + ", written " + done.getWriteCount() + ", rows "
                + jdbc.queryForList("SELECT item FROM paid ORDER BY item", Integer.class);
    }
}
J
java -cp "$work/*" "$work/Chunks.java" "$url" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
the first attempt at 1, 2, 3 | with chunk(3, transactionManager) | with chunk(3)
fails behind item 2: no answer | COMPLETED, written 3, rows [1, 2, 3] | COMPLETED, written 3, rows [1, 1, 2, 2, 3]
fails behind item 2: 40001 | COMPLETED, written 3, rows [1, 2, 3] | FAILED, written 0, rows []
T
echo "As described."
