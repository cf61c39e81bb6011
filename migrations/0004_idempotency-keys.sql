-- What was sent under which key, so that sending it again finds it.

-- Up Migration
CREATE TABLE ai_chat_idempotency_keys (
  user_id text NOT NULL,
  key varchar(200) NOT NULL,
  session_id uuid NOT NULL REFERENCES ai_chat_sessions (id) ON DELETE CASCADE,
  -- Deferred: the key is claimed before the messages are inserted, so that a repetition waits here.
  user_message_id uuid NOT NULL REFERENCES ai_chat_messages (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  message_id uuid NOT NULL REFERENCES ai_chat_messages (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, key)
);

-- Down Migration
DROP TABLE ai_chat_idempotency_keys;
