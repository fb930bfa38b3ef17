From Coq Require Import Reals Arith Lia Lra Psatz.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

(* The sum and the product of f 0, ..., f (n - 1). *)
Fixpoint total (n : nat) (f : nat -> R) : R :=
  match n with O => 0 | S k => total k f + f k end.
Fixpoint product (n : nat) (f : nat -> R) : R :=
  match n with O => 1 | S k => product k f * f k end.

(* w with t in the place of its entry i: what a derivative by w[i] moves. *)
Definition put (w : nat -> R) (i : nat) (t : R) (k : nat) : R :=
  if Nat.eqb k i then t else w k.
Definition delta (i j : nat) : R := if Nat.eqb i j then 1 else 0.

Lemma total_ext n f g : (forall k, (k < n)%nat -> f k = g k) -> total n f = total n g.
Proof. induction n; intros H; simpl; [ reflexivity | ].
  rewrite IHn, (H n) by (intros; try apply H; lia). reflexivity. Qed.
Lemma product_ext n f g : (forall k, (k < n)%nat -> f k = g k) -> product n f = product n g.
Proof. induction n; intros H; simpl; [ reflexivity | ].
  rewrite IHn, (H n) by (intros; try apply H; lia). reflexivity. Qed.
Lemma total_plus n f g : total n (fun k => f k + g k) = total n f + total n g.
Proof. induction n; simpl; [ | rewrite IHn ]; ring. Qed.
Lemma total_minus n f g : total n (fun k => f k - g k) = total n f - total n g.
Proof. induction n; simpl; [ | rewrite IHn ]; ring. Qed.
Lemma total_scal n c f : total n (fun k => c * f k) = c * total n f.
Proof. induction n; simpl; [ | rewrite IHn ]; ring. Qed.
Lemma total_const n c : total n (fun _ => c) = INR n * c.
Proof. induction n; [ simpl; ring | ]. rewrite S_INR. simpl. rewrite IHn. ring. Qed.
Lemma total_swap n k f :
  total n (fun i => total k (fun j => f i j)) = total k (fun j => total n (fun i => f i j)).
Proof. induction n; simpl; [ rewrite total_const; ring | ]. rewrite IHn, <- total_plus. reflexivity. Qed.
Lemma total_zero n f : (forall k, (k < n)%nat -> f k = 0) -> total n f = 0.
Proof. intros H. rewrite (total_ext _ f (fun _ => 0)) by assumption. rewrite total_const. ring. Qed.
Lemma total_nonneg n f : (forall k, (k < n)%nat -> 0 <= f k) -> 0 <= total n f.
Proof. induction n; intros H; simpl; [ lra | ].
  assert (0 <= total n f) by (apply IHn; intros; apply H; lia). assert (0 <= f n) by (apply H; lia). lra. Qed.
Lemma total_pos n f : (1 <= n)%nat -> (forall k, (k < n)%nat -> 0 < f k) -> 0 < total n f.
Proof. destruct n; intros H0 H; [ lia | ]. simpl.
  assert (0 <= total n f) by (apply total_nonneg; intros; apply Rlt_le, H; lia).
  assert (0 < f n) by (apply H; lia). lra. Qed.
Lemma product_pos n f : (forall k, (k < n)%nat -> 0 < f k) -> 0 < product n f.
Proof. induction n; intros H; simpl; [ lra | ].
  apply Rmult_lt_0_compat; [ apply IHn; intros | ]; apply H; lia. Qed.

(* The logarithm of a product, by induction. *)
Lemma ln_product n f : (forall k, (k < n)%nat -> 0 < f k) -> ln (product n f) = total n (fun k => ln (f k)).
Proof. induction n; intros H; simpl; [ apply ln_1 | ].
  rewrite ln_mult, IHn; [ reflexivity | intros; apply H; lia | | apply H; lia ].
  apply product_pos; intros; apply H; lia. Qed.

Lemma total_delta n i f : (i < n)%nat -> total n (fun k => delta i k * f k) = f i.
Proof. induction n; intros H; [ lia | ]. simpl. unfold delta at 2.
  destruct (Nat.eqb_spec i n) as [-> | E].
  - rewrite total_zero; [ ring | ]. intros k Hk. unfold delta. destruct (Nat.eqb_spec n k); [ lia | ring ].
  - rewrite IHn by lia. ring. Qed.
Lemma total_put n w i t x : (i < n)%nat ->
  total n (fun k => put w i t k * x k) = total n (fun k => w k * x k) + (t - w i) * x i.
Proof. intros H. rewrite <- (total_delta n i (fun k => (t - w k) * x k)) by assumption. rewrite <- total_plus.
  apply total_ext; intros k _. unfold put, delta. rewrite (Nat.eqb_sym i k). destruct (Nat.eqb k i); ring. Qed.
Lemma square_total n f : (total n f) ^ 2 = total n (fun j => total n (fun i => f i * f j)).
Proof. rewrite (total_ext n (fun j => total n (fun i => f i * f j)) (fun j => total n f * f j)).
  - rewrite total_scal. ring.
  - intros j _. rewrite (total_ext n _ (fun i => f j * f i)) by (intros; ring). rewrite total_scal. ring. Qed.

(* Derivatives of sums, term by term. *)
Lemma derived (f g : R -> R) (x l k : R) : is_derive g x k -> (forall t, g t = f t) -> k = l -> is_derive f x l.
Proof. intros H E <-. apply (is_derive_ext g); assumption. Qed.
Lemma derived_total n (F : R -> nat -> R) (G : nat -> R) x :
  (forall k, (k < n)%nat -> is_derive (fun t => F t k) x (G k)) ->
  is_derive (fun t => total n (F t)) x (total n G).
Proof. induction n; intros H; simpl; [ apply (is_derive_const (V:=R_NormedModule)) | ].
  apply (is_derive_plus (V:=R_NormedModule)); [ apply IHn; intros | ]; apply H; lia. Qed.
Lemma derived_average n (c d : R) (F : R -> nat -> R) (G : nat -> R) x :
  (forall k, (k < n)%nat -> is_derive (fun t => c * F t k) x (d * G k)) ->
  is_derive (fun t => c * total n (F t)) x (d * total n G).
Proof. intros H. apply (derived _ (fun t => total n (fun k => c * F t k)) _ _ (total n (fun k => d * G k))).
  - apply derived_total. exact H.
  - intros. apply total_scal.
  - apply total_scal. Qed.

(* Shares are below 1, and Gibbs' inequality. *)
Lemma share_below_1 n f : (forall k, 0 < f k) -> total n f = 1 -> forall k, (k < n)%nat -> f k <= 1.
Proof. intros P E k H. rewrite <- E. clear E. induction n; [ lia | ]. simpl.
  assert (0 <= total n f) by (apply total_nonneg; intros; apply Rlt_le, P). pose proof (P n).
  destruct (Nat.eq_dec k n) as [-> | D]; [ lra | ]. assert (f k <= total n f) by (apply IHn; lia). lra. Qed.
Lemma ln_at_most x : 0 < x -> ln x <= x - 1.
Proof. intros H. pose proof (exp_ineq1_le (ln x)) as E. rewrite exp_ln in E by assumption. lra. Qed.
Lemma surprise_not_negative n f : (forall k, 0 < f k) -> total n f = 1 -> 0 <= - total n (fun k => f k * ln (f k)).
Proof. intros P E. assert (0 <= total n (fun k => - (1) * (f k * ln (f k)))) as H.
  - apply total_nonneg. intros k Hk. pose proof (share_below_1 n f P E k Hk). pose proof (P k). pose proof (ln_at_most (f k) (P k)). nra.
  - rewrite total_scal in H. lra. Qed.
Lemma gibbs n p q : (forall k, 0 < p k) -> (forall k, 0 < q k) -> total n p = 1 -> total n q = 1 ->
  0 <= total n (fun k => p k * ln (p k / q k)).
Proof. intros P Q E F. assert (0 <= total n (fun k => p k * ln (p k / q k) - (p k - q k))) as H.
  - apply total_nonneg. intros k _. pose proof (P k). pose proof (Q k).
    pose proof (ln_at_most (q k / p k) ltac:(apply Rdiv_lt_0_compat; assumption)) as L.
    replace (ln (p k / q k)) with (- ln (q k / p k)).
    + apply (Rmult_le_compat_l (p k)) in L; [ | lra ]. replace (p k * (q k / p k - 1)) with (q k - p k) in L by (field; lra). lra.
    + rewrite <- ln_Rinv by (apply Rdiv_lt_0_compat; assumption). f_equal. field. lra.
  - rewrite !total_minus, E, F in H. lra. Qed.
Lemma gibbs_apart n p q : (forall k, 0 < p k) -> (forall k, 0 < q k) -> total n p = 1 -> total n q = 1 ->
  - total n (fun k => p k * ln (p k)) <= - total n (fun k => p k * ln (q k)).
Proof. intros P Q E F. pose proof (gibbs n p q P Q E F) as H.
  rewrite (total_ext n _ (fun k => p k * ln (p k) - p k * ln (q k))), total_minus in H; [ lra | ].
  intros k _. unfold Rdiv. rewrite ln_mult, ln_Rinv; try apply Rinv_0_lt_compat; try apply P; try apply Q. ring. Qed.
