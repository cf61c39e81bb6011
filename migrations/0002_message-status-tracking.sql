-- Lets a message say whether it is finished, and lets the unfinished ones be found.

-- Up Migration
ALTER TABLE ai_chat_messages
  ADD COLUMN status VARCHAR(20) NOT NULL DEFAULT 'completed'
    CONSTRAINT ai_chat_messages_status_check CHECK (status IN ('generating', 'completed', 'error', 'cancelled')),
  ADD COLUMN is_streaming BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN last_updated TIMESTAMPTZ NOT NULL DEFAULT now();

-- clock_timestamp: a transaction that waited for the row must not stamp the time before its wait.
CREATE FUNCTION ai_chat_messages_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.last_updated := clock_timestamp();
  RETURN NEW;
END
$$;

CREATE TRIGGER ai_chat_messages_touch
  BEFORE UPDATE ON ai_chat_messages
  FOR EACH ROW WHEN (NEW.content IS DISTINCT FROM OLD.content)
  EXECUTE FUNCTION ai_chat_messages_touch();

CREATE INDEX idx_ai_chat_messages_status_updated ON ai_chat_messages (status, last_updated)
  WHERE status IN ('generating', 'error');
CREATE INDEX idx_ai_chat_messages_session_streaming ON ai_chat_messages (session_id, is_streaming)
  WHERE is_streaming = true;

-- Down Migration
DROP INDEX idx_ai_chat_messages_session_streaming;
DROP INDEX idx_ai_chat_messages_status_updated;
DROP TRIGGER ai_chat_messages_touch ON ai_chat_messages;
DROP FUNCTION ai_chat_messages_touch();
ALTER TABLE ai_chat_messages
  DROP COLUMN last_updated,
  DROP COLUMN is_streaming,
  DROP COLUMN status;
