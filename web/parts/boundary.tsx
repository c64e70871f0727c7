import { Component, type ComponentChildren } from "preact";

export interface BoundaryProps {
  /** What is shown inside: when it changes, it is tried again. */
  readonly subject: unknown;
  readonly children: ComponentChildren;
}

interface BoundaryState {
  readonly error: Error | null;
  readonly subject: unknown;
}

/** Keeps what cannot be shown from taking the rest of the page with it, and says what was wrong. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: null, subject: this.props.subject };

  static override getDerivedStateFromProps({ subject }: BoundaryProps, state: BoundaryState): BoundaryState | null {
    return subject === state.subject ? null : { error: null, subject };
  }

  override componentDidCatch(error: Error): void {
    this.setState({ error });
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <p class="warning" role="alert">
        This view cannot be shown: {error.message}
      </p>
    );
  }
}
