"""Three administrators are three people, and a sign-in name is one person's for ever: held by the database.

Both triggers look at one person: the rows written are few, and each is judged under the lock of its user.
"""

from django.db import migrations

ADMINISTRATORS = "'system_admin', 'security_admin', 'audit_admin'"  # a test holds it to accounts/roles.py

SEPARATE = f"""
CREATE FUNCTION accounts_post_separate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM accounts_post other
        WHERE other.user_id = NEW.user_id AND other.id <> NEW.id
          AND daterange(other.valid_from, other.valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]')
          AND (other.role IN ({ADMINISTRATORS}) OR NEW.role IN ({ADMINISTRATORS}))
    ) THEN
        RAISE EXCEPTION 'user % holds another post beside an administrator''s', NEW.user_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'post_three_administrators';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_post_separate AFTER INSERT OR UPDATE OF user_id, role, valid_from, valid_to
    ON accounts_post FOR EACH ROW EXECUTE FUNCTION accounts_post_separate();
"""
SEPARATE_BACK = "DROP TRIGGER accounts_post_separate ON accounts_post; DROP FUNCTION accounts_post_separate();"

NAMES = """
CREATE FUNCTION accounts_user_retire() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR lower(normalize(OLD.username, NFKC)) <> lower(normalize(NEW.username, NFKC)) THEN
        INSERT INTO accounts_retiredname (name, retired_at)
            VALUES (lower(normalize(OLD.username, NFKC)), now()) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_user_retire AFTER DELETE OR UPDATE OF username
    ON accounts_user FOR EACH ROW EXECUTE FUNCTION accounts_user_retire();
CREATE FUNCTION accounts_user_new_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM accounts_retiredname WHERE name = lower(normalize(NEW.username, NFKC))) THEN
        RAISE EXCEPTION 'the sign-in name % was somebody''s before', NEW.username
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'username_never_again';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_user_new_name AFTER INSERT OR UPDATE OF username
    ON accounts_user FOR EACH ROW EXECUTE FUNCTION accounts_user_new_name();
"""
NAMES_BACK = """
DROP TRIGGER accounts_user_new_name ON accounts_user;
DROP FUNCTION accounts_user_new_name();
DROP TRIGGER accounts_user_retire ON accounts_user;
DROP FUNCTION accounts_user_retire();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_second_factor")]
    operations = [
        migrations.RunSQL(SEPARATE, SEPARATE_BACK),
        migrations.RunSQL(NAMES, NAMES_BACK),
    ]
