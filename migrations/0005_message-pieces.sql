-- Lets an answer be saved by appending what is new, instead of writing all of its content again each time.

-- Up Migration

-- What has not been folded into the content of its message yet. The key is the message's position, half as long as
-- its id. There is no foreign key: each check of it would lock the message, and write as much WAL as the piece.
CREATE TABLE ai_chat_message_pieces (
  message_position bigint NOT NULL,
  -- That of the lease under which it was written.
  epoch integer NOT NULL,
  -- Chunks of the whole answer up to the end of this piece.
  chunk_count integer NOT NULL,
  saved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  text text NOT NULL,
  PRIMARY KEY (message_position, epoch, chunk_count)
);

ALTER TABLE ai_chat_messages
  -- Pieces of earlier epochs are in the content, or came too late to count.
  ADD COLUMN folded_epoch integer NOT NULL DEFAULT 0,
  -- How long, ms, a sign of life counts: a piece is one too, and renews the lease without touching it.
  ADD COLUMN lease_ms integer NOT NULL DEFAULT 0;

-- Messages as everybody is to read them. While an answer is being written its row is not touched by what is
-- appended, so that no index entry is made for it: the latest piece says when it was last updated.
CREATE VIEW ai_chat_messages_whole AS
SELECT m.id, m.session_id, m.position, m.role, m.reply_to, m.created_at,
       m.content || coalesce(p.text, '') AS content,
       m.status, m.is_streaming,
       greatest(m.last_updated, p.saved_at) AS last_updated,
       m.lease_owner, m.lease_epoch, m.lease_expires_at,
       coalesce(p.chunk_count, m.chunk_count) AS chunk_count,
       m.error_code
  FROM ai_chat_messages m
  LEFT JOIN LATERAL (
    SELECT string_agg(text, '' ORDER BY epoch, chunk_count) AS text,
           max(saved_at) AS saved_at,
           max(chunk_count) AS chunk_count
      FROM ai_chat_message_pieces
     WHERE message_position = m.position AND epoch >= m.folded_epoch
  ) p ON m.status = 'generating';

-- Down Migration
UPDATE ai_chat_messages m SET content = w.content, chunk_count = w.chunk_count
  FROM ai_chat_messages_whole w
 WHERE w.id = m.id AND w.chunk_count > m.chunk_count;
DROP VIEW ai_chat_messages_whole;
ALTER TABLE ai_chat_messages
  DROP COLUMN lease_ms,
  DROP COLUMN folded_epoch;
DROP TABLE ai_chat_message_pieces;
