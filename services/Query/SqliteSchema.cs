namespace Sikap.Query;

/// <summary>Tables of the read model. A change is a new script at the end of the list; scripts that were released stay as they are.</summary>
internal static class SqliteSchema
{
    // The rows are narrow: full texts lie in payloads, and what is only handed out lies in one blob of protobuf bytes.
    // articles.waits drives the replay: the partial index makes both the count and the next page cheap however many articles there are.
    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE articles (
          row INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          publisher TEXT NOT NULL,        -- comparable name
          date TEXT NOT NULL,
          language TEXT NOT NULL,
          engine_version TEXT NOT NULL,
          accepted_at INTEGER NOT NULL,   -- UTC ticks
          waits INTEGER NOT NULL,         -- 1 = classified with an older version of some issue than is known
          info BLOB NOT NULL);
        CREATE INDEX articles_date ON articles (date DESC, row DESC);
        CREATE INDEX articles_publisher ON articles (publisher);
        CREATE INDEX articles_waiting ON articles (row) WHERE waits = 1;

        CREATE TABLE payloads (
          article INTEGER PRIMARY KEY,
          url TEXT,
          json BLOB NOT NULL);

        CREATE TABLE issues (
          row INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          version INTEGER NOT NULL,       -- 0 = seen in stances only
          retired INTEGER NOT NULL,
          info BLOB NOT NULL);

        CREATE TABLE classified (
          article INTEGER NOT NULL,
          issue INTEGER NOT NULL,
          version INTEGER NOT NULL,       -- codebook version of the classification
          PRIMARY KEY (article, issue)) WITHOUT ROWID;

        CREATE TABLE actors (
          row INTEGER PRIMARY KEY,
          key TEXT NOT NULL,
          type INTEGER NOT NULL,
          name TEXT NOT NULL,
          represents TEXT NOT NULL,
          UNIQUE (key, type));
        CREATE TABLE aliases (
          key TEXT NOT NULL,
          actor INTEGER NOT NULL,
          PRIMARY KEY (key, actor)) WITHOUT ROWID;
        CREATE VIRTUAL TABLE actor_words USING fts5(text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");

        CREATE TABLE statements (
          row INTEGER PRIMARY KEY,
          article INTEGER NOT NULL,
          id TEXT NOT NULL,
          start INTEGER NOT NULL,
          speaker INTEGER,
          represents TEXT NOT NULL,
          date TEXT NOT NULL,
          confidence REAL NOT NULL,
          info BLOB NOT NULL,
          UNIQUE (article, id));
        CREATE INDEX statements_order ON statements (article, start, row);
        CREATE INDEX statements_speaker ON statements (speaker, article, start, row);
        CREATE VIRTUAL TABLE statement_words USING fts5(text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");

        CREATE TABLE stances (
          row INTEGER PRIMARY KEY,
          article INTEGER NOT NULL,
          id TEXT NOT NULL,
          issue INTEGER NOT NULL,
          holder INTEGER NOT NULL,
          represents TEXT NOT NULL,
          label INTEGER NOT NULL,
          confidence REAL NOT NULL,
          rank INTEGER NOT NULL,          -- confidence, then date: the highest is the best evidence
          date TEXT NOT NULL,
          start INTEGER NOT NULL,
          statement TEXT NOT NULL,        -- id of the statement; empty when there is none
          info BLOB NOT NULL);
        CREATE INDEX stances_order ON stances (article, start, row);
        CREATE INDEX stances_issue_order ON stances (issue, article, start, row);
        CREATE INDEX stances_represents ON stances (represents, article, start, row);
        CREATE INDEX stances_issue_date ON stances (issue, date, article, start, row);
        CREATE INDEX stances_holder_date ON stances (holder, date, article, start, row);
        CREATE INDEX stances_date ON stances (date, article, start, row);
        CREATE INDEX stances_cell ON stances (issue, holder, label, rank, id);
        CREATE VIRTUAL TABLE stance_words USING fts5(text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");

        -- What GROUP BY issue, holder, label over all stances would give, kept with every write.
        CREATE TABLE cells (
          issue INTEGER NOT NULL,
          holder INTEGER NOT NULL,
          label INTEGER NOT NULL,
          stances INTEGER NOT NULL,
          confidence INTEGER NOT NULL,    -- sum in millionths, exact in whatever order
          best INTEGER NOT NULL,          -- highest rank
          PRIMARY KEY (issue, holder, label)) WITHOUT ROWID;
        CREATE INDEX cells_holder ON cells (holder, issue, label);

        CREATE TABLE events (
          cursor INTEGER PRIMARY KEY AUTOINCREMENT,
          event BLOB NOT NULL,
          date TEXT NOT NULL,
          context TEXT NOT NULL);
        """,
        // The questions over many stances are answered from memory, see LedgerIndex: the counts kept for them and the orders of their lists go.
        """
        DROP TABLE cells;
        DROP INDEX stances_issue_order;
        DROP INDEX stances_represents;
        DROP INDEX stances_issue_date;
        DROP INDEX stances_holder_date;
        DROP INDEX stances_date;
        DROP INDEX stances_cell;
        ALTER TABLE stances DROP COLUMN rank;
        ALTER TABLE stances ADD COLUMN conditional INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX stances_pair ON stances (holder, issue, date, row);

        ALTER TABLE articles ADD COLUMN origin TEXT NOT NULL DEFAULT '';         -- comparable name of the end of the chain; empty = its own
        ALTER TABLE articles ADD COLUMN signature INTEGER NOT NULL DEFAULT 0;    -- 0 = none
        CREATE VIRTUAL TABLE article_words USING fts5(text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");

        CREATE TABLE states (
          row INTEGER PRIMARY KEY,
          article INTEGER NOT NULL,
          issue INTEGER NOT NULL,
          state INTEGER NOT NULL,
          date TEXT NOT NULL,
          start INTEGER NOT NULL,
          confidence REAL NOT NULL,
          info BLOB NOT NULL);
        CREATE INDEX states_article ON states (article, issue);
        CREATE INDEX states_order ON states (issue, date, article, start, row);

        ALTER TABLE events ADD COLUMN at INTEGER NOT NULL DEFAULT 0;             -- UTC ticks
        ALTER TABLE events ADD COLUMN change INTEGER NOT NULL DEFAULT 0;         -- 1 = stance came, -1 = went, 0 = no stance
        ALTER TABLE events ADD COLUMN stance INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE events ADD COLUMN issue INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE events ADD COLUMN holder INTEGER NOT NULL DEFAULT 0;
        -- Their age is not known; they are kept as if they were new. (.NET ticks of the Unix epoch plus seconds.)
        UPDATE events SET at = 621355968000000000 + unixepoch() * 10000000;
        """,
        """
        -- Stances of stored articles that a change of the codebook made come or go. Kept beyond the events, which have an age limit.
        CREATE TABLE effects (
          row INTEGER PRIMARY KEY,
          version INTEGER NOT NULL,       -- codebook version of the change
          issue INTEGER NOT NULL,
          added INTEGER NOT NULL,
          stance BLOB NOT NULL);
        CREATE INDEX effects_version ON effects (version, row);
        -- Articles that waited right after the issue's last change.
        ALTER TABLE issues ADD COLUMN concerned INTEGER NOT NULL DEFAULT 0;
        """,
        """
        -- When the change took effect, UTC ticks; of those that are there it is not known, they are kept as if they were new. (.NET ticks of the Unix epoch plus seconds.)
        ALTER TABLE effects ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
        UPDATE effects SET at = 621355968000000000 + unixepoch() * 10000000;
        -- One row: effects of versions up to this one are no longer kept.
        CREATE TABLE effects_floor (version INTEGER NOT NULL);
        INSERT INTO effects_floor VALUES (0);
        """,
        """
        -- Who is for or against whom.
        CREATE TABLE relations (
          row INTEGER PRIMARY KEY,
          article INTEGER NOT NULL,
          holder INTEGER NOT NULL,
          target INTEGER NOT NULL,
          represents TEXT NOT NULL,       -- whom the holder speaks for, comparable
          target_represents TEXT NOT NULL,
          label INTEGER NOT NULL,
          date TEXT NOT NULL,
          start INTEGER NOT NULL,
          confidence REAL NOT NULL,
          info BLOB NOT NULL);
        CREATE INDEX relations_article ON relations (article);
        CREATE INDEX relations_order ON relations (date, article, start, row);
        CREATE INDEX relations_holder ON relations (holder, date, article, start, row);
        CREATE INDEX relations_target ON relations (target, date, article, start, row);
        """,
        """
        ALTER TABLE articles ADD COLUMN coding INTEGER NOT NULL DEFAULT 0;       -- revision of the hand-made coding; 0 = none
        """,
        """
        -- What a stance means next to the others of its holder is looked up by label; without the rows themselves, of which a busy holder has thousands on an issue.
        DROP INDEX stances_pair;
        CREATE INDEX stances_side ON stances (holder, issue, label, date, confidence, article);
        """,
        """
        -- With what statements are filtered by, so that those that do not match are not read from the table.
        DROP INDEX statements_order;
        CREATE INDEX statements_order ON statements (article, start, row, date, represents, speaker, confidence);
        """,
        """
        -- What Ingestion found out: copies and revisions. Articles from before are handed on by it once more and get theirs then.
        ALTER TABLE articles DROP COLUMN signature;
        ALTER TABLE articles ADD COLUMN report TEXT NOT NULL DEFAULT '';         -- group of copies; empty = not known
        ALTER TABLE articles ADD COLUMN work TEXT NOT NULL DEFAULT '';           -- group of revisions; empty = not known
        ALTER TABLE articles ADD COLUMN edition INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE articles ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0;   -- 1 = a later revision is here: no statement, stance, state or relation of it is in their tables
        ALTER TABLE articles ADD COLUMN history BLOB;                            -- its stances then, as a GetArticleResponse
        CREATE INDEX articles_report ON articles (report, date);
        CREATE INDEX articles_work ON articles (work, edition);
        """,
        """
        -- What is said within a story is asked for. Articles from before tell theirs in their metadata, a protobuf: field 14 is the report, field 15, right behind it, the story.
        ALTER TABLE articles ADD COLUMN story TEXT NOT NULL DEFAULT '';          -- group of reports on one event; empty = not known
        UPDATE articles SET story = coalesce((
          SELECT CAST(substr(info, length.at + 1, unicode(CAST(substr(info, length.at, 1) AS TEXT))) AS TEXT)
          FROM (SELECT instr(info, CAST('r' || char(length(report)) || report || 'z' AS BLOB)) + length(report) + 3 AS at) AS length
          WHERE length.at > length(report) + 3), '')
        WHERE report <> '';
        CREATE INDEX articles_story ON articles (story);
        """,
    ];
}
