-- The seats in PostgreSQL: a row a seat, and what became of every request. Each function is one
-- transaction and one round trip. Variables: sections, seats (of each section).
CREATE TABLE seats (
  section integer NOT NULL,
  number integer NOT NULL,
  holder bigint,
  PRIMARY KEY (section, number)
);
CREATE TABLE sections (
  section integer PRIMARY KEY,
  sold integer NOT NULL,
  seats integer NOT NULL
) WITH (fillfactor = 10);
CREATE TABLE reservations (
  request bigint PRIMARY KEY,
  section integer NOT NULL,
  seats integer[] NOT NULL -- none: rejected
);
INSERT INTO sections SELECT section, 0, :seats FROM generate_series(0, :sections - 1) AS section;
INSERT INTO seats SELECT section, number, NULL
  FROM generate_series(0, :sections - 1) AS section, generate_series(0, :seats - 1) AS number;
CREATE INDEX seats_free ON seats (section, number) WHERE holder IS NULL;
VACUUM ANALYZE;

-- Free seats that nobody else is just taking, in order; not asked to be adjacent.
CREATE FUNCTION reserve_spread(id bigint, wanted integer, many integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  found integer[];
BEGIN
  SELECT coalesce(array_agg(number), '{}') INTO found FROM (
    SELECT number FROM seats WHERE section = wanted AND holder IS NULL
    ORDER BY number LIMIT many FOR UPDATE SKIP LOCKED) AS free;
  IF cardinality(found) = many THEN
    UPDATE seats SET holder = id WHERE section = wanted AND number = ANY (found);
  ELSE
    found := '{}';
  END IF;
  INSERT INTO reservations VALUES (id, wanted, found);
  RETURN cardinality(found);
END $$;

-- The next seats of the section, whose one row all requests lock in turn.
CREATE FUNCTION reserve_hot(id bigint, wanted integer, many integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  next integer;
  total integer;
BEGIN
  SELECT sold, sections.seats INTO next, total FROM sections WHERE section = wanted FOR UPDATE;
  IF next + many > total THEN
    INSERT INTO reservations VALUES (id, wanted, '{}');
    RETURN 0;
  END IF;
  UPDATE sections SET sold = next + many WHERE section = wanted;
  INSERT INTO reservations
    SELECT id, wanted, array_agg(number) FROM generate_series(next, next + many - 1) AS number;
  RETURN many;
END $$;
