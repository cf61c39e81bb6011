import type { FormEvent } from 'react';

interface SignInProps {
  /** The server knows the two users that it has for development. */
  development: boolean;
  isRefused: boolean;
  signIn(token: string): void;
}

export function SignIn({ development, isRefused, signIn }: SignInProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get('token') ?? '').trim();
    if (token !== '') signIn(token);
  };
  return (
    <main className="sign-in">
      <form onSubmit={submit}>
        <h1>Sign in</h1>
        <label>
          Token
          <input name="token" type="password" autoComplete="current-password" required />
        </label>
        {isRefused && <p role="alert">The server does not know this token.</p>}
        <button type="submit" className="primary">
          Sign in
        </button>
        {development && (
          <p>
            This server is for trying things out. Go on as{' '}
            <button type="button" className="link" onClick={() => signIn('alice-token')}>
              alice
            </button>{' '}
            or{' '}
            <button type="button" className="link" onClick={() => signIn('bob-token')}>
              bob
            </button>
            .
          </p>
        )}
      </form>
    </main>
  );
}
